using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Gorb.Api;

namespace Gorb.Config;

/// <summary>What the hosts of a document stand for, each name asked once.</summary>
internal sealed class ConfigHosts
{
    private const int MostAtOnce = 16;

    private readonly ConcurrentDictionary<string, ResolvedHost> _hosts = new(StringComparer.Ordinal);

    public static async Task<ConfigHosts> ResolveAsync(JsonElement root, CancellationToken cancellationToken)
    {
        var hosts = new ConfigHosts();
        var names = new List<string>();
        foreach (var host in Objects(root, "services").SelectMany(service => Objects(service, "backends").Prepend(service)).Select(Host).OfType<string>())
        {
            if (IPAddress.TryParse(host, out var address)) // thousands of addresses are not worth a task each
            {
                hosts._hosts.TryAdd(host, new ResolvedHost(host, [address], null));
            }
            else if (hosts._hosts.TryAdd(host, ResolvedHost.None))
            {
                names.Add(host);
            }
        }

        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancellationToken },
            async (name, token) => hosts._hosts[name] = await ResolvedHost.ResolveAsync(name, token));
        return hosts;
    }

    /// <summary>What the host of a service or backend stands for.</summary>
    public ResolvedHost Of(JsonElement body) => Host(body) is { } name ? _hosts[name] : ResolvedHost.None;

    private static IEnumerable<JsonElement> Objects(JsonElement parent, string member) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(member, out var found) && found.ValueKind == JsonValueKind.Object
            ? found.EnumerateObject().Select(entry => entry.Value)
            : [];

    private static string? Host(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("host", out var host) && host.ValueKind == JsonValueKind.String ? host.GetString() : null;
}
