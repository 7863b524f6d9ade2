using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gorb.Client;

namespace Gorb.Cli.Objects;

/// <summary>Reads and changes single objects of a daemon's table.</summary>
internal static class TableClient
{
    /// <summary>Reads an answer in JSON.</summary>
    public static async Task<JsonElement> GetAsync(this GorbClient client, string path, CancellationToken stop)
    {
        using var document = JsonDocument.Parse(await client.SendAsync(new GorbRequest(HttpMethod.Get, path) { Answer = GorbRequest.Json }, stop));
        return document.RootElement.Clone();
    }

    /// <summary>Reads a backend.</summary>
    public static async Task<BackendState> GetBackendAsync(this GorbClient client, ObjectPath path, CancellationToken stop)
    {
        var json = await client.GetAsync(path.Url, stop);
        json.Required("metrics");
        return new BackendState(path, json);
    }

    /// <summary>Reads all backends of a service.</summary>
    public static async Task<List<BackendState>> GetBackendsAsync(this GorbClient client, string service, CancellationToken stop)
    {
        var backends = new List<BackendState>();
        foreach (var path in await client.FindBackendsAsync(new ObjectPath(service, null), stop))
        {
            try
            {
                backends.Add(await client.GetBackendAsync(path, stop));
            }
            catch (GorbRefusalException refusal) when (refusal.IsNotFound)
            {
                continue; // it was removed meanwhile
            }
        }

        return backends;
    }

    /// <summary>Finds the backends that a name means: the backend itself, or all of the service.</summary>
    public static async Task<IReadOnlyList<ObjectPath>> FindBackendsAsync(this GorbClient client, ObjectPath path, CancellationToken stop)
    {
        if (path.Backend is not null)
        {
            return [path];
        }

        var names = (await client.GetAsync(path.Url, stop)).Required("backends");
        return [.. names.EnumerateArray().Select(name => path with { Backend = name.GetString() })];
    }

    /// <summary>Changes members of an object; null is the default, or lifts what an operator set.</summary>
    public static Task PatchAsync(this GorbClient client, ObjectPath path, JsonObject members, CancellationToken stop) =>
        client.SendAsync(new GorbRequest(HttpMethod.Patch, path.Url) { Body = Encoding.UTF8.GetBytes(members.ToJsonString()) }, stop);
}
