using System.Text.Json.Nodes;

namespace Gorb.DockerLink;

/// <summary>What a Gorb has, as its document (GET /config) says; kept in step with what the link changes there.</summary>
/// <param name="document">The document.</param>
internal sealed class GorbTable(JsonObject document)
{
    private readonly JsonObject _services = document["services"]!.AsObject();

    public IEnumerable<string> Services => _services.Select(service => service.Key);

    public JsonObject? Find(string service) => _services[service]?.AsObject();

    public JsonObject? Find(string service, string backend) => Find(service)?["backends"]?[backend]?.AsObject();

    public IEnumerable<(string Name, JsonObject Members)> Backends(string service) =>
        Find(service)?["backends"]?.AsObject().Select(backend => (backend.Key, backend.Value!.AsObject())) ?? [];

    /// <summary>Takes over a change that Gorb has accepted.</summary>
    public void Note(LinkChange change)
    {
        if (change.Query.Length > 0)
        {
            return; // it stays until it has run empty
        }

        if (change is { Backend: { } backend, Members: var members })
        {
            var backends = _services[change.Service]!["backends"]!.AsObject();
            Note(backends, backend, members);
            return;
        }

        Note(_services, change.Service, change.Members);
        if (change.Members is not null)
        {
            _services[change.Service]!.AsObject().TryAdd("backends", new JsonObject());
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
