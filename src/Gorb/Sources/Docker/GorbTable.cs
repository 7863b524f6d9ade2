using System.Text.Json.Nodes;

namespace Gorb.Sources.Docker;

/// <summary>What a Gorb has, as its document (GET /config) says; kept in step with what the link changes there.</summary>
/// <param name="document">The document.</param>
internal sealed class GorbTable(JsonObject document)
{
    private const string BackendsMember = "backends";

    private readonly JsonObject _services = document["services"]!.AsObject();

    public IEnumerable<string> Services => _services.Select(service => service.Key);

    /// <summary>Who made an object, in the maker's own words; null for a person.</summary>
    public static string? Owner(JsonObject members) => members["owner"]?.GetValue<string>();

    public JsonObject? Find(string service) => _services[service]?.AsObject();

    public JsonObject? Find(string service, string backend) => Find(service)?[BackendsMember]?[backend]?.AsObject();

    public IEnumerable<(string Name, JsonObject Members)> Backends(string service) =>
        Find(service)?[BackendsMember]?.AsObject().Select(backend => (backend.Key, backend.Value!.AsObject())) ?? [];

    /// <summary>Takes over a change that Gorb has accepted.</summary>
    public void Note(LinkChange change)
    {
        if (change.Drain is not null)
        {
            return; // it stays until it has run empty
        }

        if (change is { Backend: { } backend, Members: var members })
        {
            var backends = _services[change.Service]![BackendsMember]!.AsObject();
            Remove(backends, change.Replaces);
            Note(backends, backend, members);
            return;
        }

        var replaced = Remove(_services, change.Replaces);
        Note(_services, change.Service, change.Members);
        if (change.Members is not null)
        {
            _services[change.Service]!.AsObject().TryAdd(BackendsMember, new JsonObject());
            Inherit(_services[change.Service]![BackendsMember]!.AsObject(), replaced?[BackendsMember]?.AsObject());
        }
    }

    private static JsonNode? Remove(JsonObject parent, string? name)
    {
        var removed = name is null ? null : parent[name];
        if (name is not null)
        {
            parent.Remove(name);
        }

        return removed;
    }

    private static void Inherit(JsonObject backends, JsonObject? replaced)
    {
        foreach (var (name, members) in replaced?.ToList() ?? [])
        {
            backends.TryAdd(name, members!.DeepClone());
        }
    }

    private static void Note(JsonObject parent, string name, JsonObject? members)
    {
        if (members is null)
        {
            parent.Remove(name);
            return;
        }

        var entry = parent[name]?.AsObject();
        if (entry is null)
        {
            parent[name] = entry = [];
        }

        foreach (var (member, value) in members)
        {
            entry[member] = value?.DeepClone();
        }
    }
}
