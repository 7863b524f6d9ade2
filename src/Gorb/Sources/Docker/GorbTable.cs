using System.Text.Json.Nodes;

namespace Gorb.Sources.Docker;

/// <summary>The wanted table of a Gorb, as GET /config returns it.</summary>
/// <param name="document">The document.</param>
internal sealed class GorbTable(JsonObject document)
{
    private const string BackendsMember = "backends";
    private const string SourceMember = "source";

    /// <summary>Members that the source of an object does not declare.</summary>
    private static readonly string[] Beside = [BackendsMember, SourceMember, "operator"];

    private readonly JsonObject _services = document["services"]!.AsObject();

    public IEnumerable<string> Services => _services.Select(service => service.Key);

    public JsonObject? Find(string service) => _services[service]?.AsObject();

    public JsonObject? Find(string service, string backend) => Find(service)?[BackendsMember]?[backend]?.AsObject();

    /// <summary>The source that declares a service; null when there is no such service.</summary>
    public string? Source(string service) => Find(service) is { } found ? found[SourceMember]?.GetValue<string>() ?? "" : null;

    /// <summary>The source that declares a backend; null when there is no such backend.</summary>
    public string? Source(string service, string backend) =>
        Find(service, backend) is { } found ? found[SourceMember]?.GetValue<string>() ?? Source(service) : null;

    /// <summary>The backends of a service, each with its source.</summary>
    public IEnumerable<(string Name, string Source)> Backends(string service) =>
        Find(service)?[BackendsMember]?.AsObject().Select(backend => (backend.Key, Source(service, backend.Key)!)) ?? [];

    /// <summary>The services and backends of a source.</summary>
    public IEnumerable<ObjectPath> Of(string source) => Services.SelectMany(service => Backends(service)
        .Where(backend => backend.Source == source)
        .Select(backend => new ObjectPath(service, backend.Name))
        .Concat(Source(service) == source ? [new ObjectPath(service, null)] : []));

    /// <summary>Copies the members of a service or backend that its source declares, without backends, source and operator settings.</summary>
    public static JsonObject Wish(JsonObject members) =>
        new(members.Where(member => !Beside.Contains(member.Key)).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
}
