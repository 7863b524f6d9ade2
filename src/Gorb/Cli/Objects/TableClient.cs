using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gorb.Client;

namespace Gorb.Cli.Objects;

/// <summary>Reads and changes single objects of a daemon's table.</summary>
internal static class TableClient
{
    /// <summary>How many requests are under way at a time. Each may have a connection of its own, of which the daemon has few for one host.</summary>
    private const int MaxAtATime = 4;

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
    public static async Task<IReadOnlyList<BackendState>> GetBackendsAsync(this GorbClient client, string service, CancellationToken stop) =>
        await client.ReadAllAsync(await client.FindBackendsAsync(new ObjectPath(service, null), stop), client.GetBackendAsync, stop);

    /// <summary>Reads a service with its backends.</summary>
    public static async Task<ServiceState> GetServiceAsync(this GorbClient client, string name, CancellationToken stop)
    {
        var path = new ObjectPath(name, null);
        var json = await client.GetAsync(path.Url, stop);
        var backends = json.Required("backends").EnumerateArray().Select(backend => path with { Backend = backend.GetString() });
        return new ServiceState(name, json, await client.ReadAllAsync([.. backends], client.GetBackendAsync, stop));
    }

    /// <summary>Reads all services with their backends, in the order of names.</summary>
    public static async Task<IReadOnlyList<ServiceState>> GetServicesAsync(this GorbClient client, CancellationToken stop)
    {
        var table = await client.GetAsync("/service?view=full", stop);
        return [.. table.Objects("services").Select(static service => ServiceState.Of(service.Name, service.Value))];
    }

    /// <summary>Reads the names of all services.</summary>
    public static async Task<IReadOnlyList<string>> FindServicesAsync(this GorbClient client, CancellationToken stop)
    {
        var names = await client.GetAsync("/service", stop);
        return names.ValueKind == JsonValueKind.Array ? [.. names.EnumerateArray().Select(static name => name.GetString() ?? "")] : throw new JsonException("There is no list of services.");
    }

    /// <summary>Reads backends, some at a time; those that are gone are left out.</summary>
    public static async Task<IReadOnlyList<TState>> ReadAllAsync<TName, TState>(
        this GorbClient client, IReadOnlyList<TName> names, Func<TName, CancellationToken, Task<TState>> read, CancellationToken stop) where TState : class
    {
        var states = new TState?[names.Count];
        await Parallel.ForEachAsync(names.Index(), new ParallelOptions { MaxDegreeOfParallelism = MaxAtATime, CancellationToken = stop }, async (one, end) =>
        {
            try
            {
                states[one.Index] = await read(one.Item, end);
            }
            catch (GorbRefusalException refusal) when (refusal.IsNotFound)
            {
                states[one.Index] = null; // it was removed meanwhile
            }
        });
        return [.. states.OfType<TState>()];
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

    /// <summary>Creates an object; one that is there is left alone.</summary>
    /// <param name="client">The daemon.</param>
    /// <param name="path">The object.</param>
    /// <param name="members">Its members.</param>
    /// <param name="stop">Gives it up.</param>
    /// <param name="query">Members of the query; empty for none.</param>
    public static Task CreateAsync(this GorbClient client, ObjectPath path, JsonObject members, CancellationToken stop, string query = "") =>
        client.SendAsync(new GorbRequest(HttpMethod.Put, $"{path.Url}{(query.Length == 0 ? "" : $"?{query}")}") { Body = Encoding.UTF8.GetBytes(members.ToJsonString()), IsCreateOnly = true }, stop);

    /// <summary>Changes members of an object; null is the default, or lifts what an operator set.</summary>
    /// <inheritdoc cref="CreateAsync" path="/param"/>
    public static Task PatchAsync(this GorbClient client, ObjectPath path, JsonObject members, CancellationToken stop, string query = "") =>
        client.SendAsync(new GorbRequest(HttpMethod.Patch, $"{path.Url}{(query.Length == 0 ? "" : $"?{query}")}") { Body = Encoding.UTF8.GetBytes(members.ToJsonString()) }, stop);
}
