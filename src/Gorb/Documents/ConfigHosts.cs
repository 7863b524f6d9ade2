using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Gorb.Documents;

/// <summary>The resolved hosts of a document. Each name is resolved once; addresses need no resolution.</summary>
internal sealed class ConfigHosts
{
    private const int MaxAtOnce = 64;

    private static readonly SearchValues<byte> DigitsAndDots = SearchValues.Create("0123456789."u8);

    private readonly ConcurrentDictionary<string, ResolvedHost> _names = new();

    public static async Task<ConfigHosts> ResolveAsync(JsonElement root, CancellationToken cancellationToken)
    {
        var hosts = new ConfigHosts();
        var names = Names(root);
        if (names.Count == 0)
        {
            return hosts;
        }

        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = MaxAtOnce, CancellationToken = cancellationToken },
            async (name, token) => hosts._names[name] = await ResolvedHost.ResolveAsync(name, token));
        return hosts;
    }

    /// <summary>Returns the resolved host of a service or backend.</summary>
    public ResolvedHost Of(JsonElement body)
    {
        if (Host(body) is not { } host)
        {
            return ResolvedHost.None;
        }

        return LooksLikeAddress(Raw(host)) ? OfAddress(Raw(host)) : _names[host.GetString()!];
    }

    private static ResolvedHost OfAddress(ReadOnlySpan<byte> raw)
    {
        Span<char> text = stackalloc char[64];
        return raw.Length <= text.Length ? ResolvedHost.OfAddress(text[..Encoding.UTF8.GetChars(raw, text)]) : ResolvedHost.OfAddress(Encoding.UTF8.GetString(raw));
    }

    private static HashSet<string> Names(JsonElement root)
    {
        var names = new HashSet<string>();
        foreach (var service in Objects(root, "services"))
        {
            Add(service.Value);
            foreach (var backend in Objects(service.Value, "backends"))
            {
                Add(backend.Value);
            }
        }

        return names;

        void Add(JsonElement body)
        {
            if (Host(body) is { } host && !LooksLikeAddress(Raw(host)))
            {
                names.Add(host.GetString()!);
            }
        }
    }

    /// <summary>Returns the members of a map. Of duplicate maps, which are rejected later, only the first counts.</summary>
    private static JsonElement.ObjectEnumerator Objects(JsonElement parent, string map)
    {
        if (parent.ValueKind != JsonValueKind.Object)
        {
            return default;
        }

        foreach (var member in parent.EnumerateObject())
        {
            if (member.NameEquals(map))
            {
                return member.Value.ValueKind == JsonValueKind.Object ? member.Value.EnumerateObject() : default;
            }
        }

        return default;
    }

    private static JsonElement? Host(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("host"u8, out var host) && host.ValueKind == JsonValueKind.String ? host : null;

    /// <summary>Returns the raw text between the quotes, with its escapes.</summary>
    private static ReadOnlySpan<byte> Raw(JsonElement text) => JsonMarshal.GetRawUtf8Value(text)[1..^1];

    /// <summary>True for a text that cannot be a host name: only digits and dots, or with a colon.</summary>
    private static bool LooksLikeAddress(ReadOnlySpan<byte> raw) => !raw.ContainsAnyExcept(DigitsAndDots) || (raw.Contains((byte)':') && !raw.Contains((byte)'\\'));
}
