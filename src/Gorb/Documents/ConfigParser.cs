using System.Text.Json;
using Gorb.Ipvs;
using Gorb.Model;

namespace Gorb.Documents;

/// <summary>Reads some of a document's services, one after the other.</summary>
internal sealed class ConfigParser(ServiceReader services, BackendReader backends, ConfigHosts hosts, ConfigOptions options, Table table, DateTimeOffset now)
{
    private const string BackendMap = "backends";

    private static readonly FieldPath Root = FieldPath.Root.Below("services");

    private readonly List<DraftService> _services = [];
    private readonly ProblemList _problems = [];
    private readonly Dictionary<DestinationKey, string> _places = [];
    private CancellationToken _cancellationToken;
    private FieldReader? _serviceFields;
    private FieldReader? _backendFields;

    public IReadOnlyList<DraftService> Services => _services;

    public IReadOnlyList<Problem> Problems => _problems;

    private bool IsOver => _problems.IsFull || _cancellationToken.IsCancellationRequested;

    /// <summary>Reads services until there are more mistakes than are told, or until it is canceled.</summary>
    public ConfigParser Read(List<(string Name, JsonElement Body)> entries, CancellationToken cancellationToken)
    {
        _cancellationToken = cancellationToken;
        (_serviceFields, _backendFields) = (new FieldReader(_problems), new FieldReader(_problems));
        foreach (var (name, body) in entries)
        {
            if (IsOver)
            {
                break;
            }

            var present = table.Find(name);
            if (ReadService(name, body, present) is { } service)
            {
                _services.Add(new DraftService(name, present, service));
            }
        }

        return this;
    }

    private Service? ReadService(string name, JsonElement body, Service? present)
    {
        var path = Root.Below(name);
        if (!BodyShape.Check(body, path, _problems, BackendMap))
        {
            return null;
        }

        var fields = _serviceFields!.Begin(body, default, path);
        var below = fields.Raw(BackendMap);
        if (services.Read(fields, hosts.Of(body), present?.Spec) is not { } spec)
        {
            return null;
        }

        var service = present is null ? Service.Create(name, spec, options.Source) : present.Spec == spec ? present : present with { Spec = spec };
        var read = ReadBackends(service, below, path.Below(BackendMap));
        return (IsSame(read, service.Backends) ? service : service with { Backends = Backends.Of(read) }).ClearDraining(); // one that drains does so as long as its backends do
    }

    private List<Backend> ReadBackends(Service service, JsonElement? map, FieldPath path)
    {
        var entries = NamedObjects.Read(map, path, _problems);
        var read = new List<Backend>(entries.Count);
        foreach (var (name, body) in entries)
        {
            if (IsOver)
            {
                break;
            }

            read.Add(ReadBackend(name, body, path, service));
        }

        if (!options.Prune)
        {
            Keep(service, read);
        }

        CheckUnique(read, path);
        return read;
    }

    private Backend ReadBackend(string name, JsonElement body, FieldPath parent, Service service)
    {
        var present = service.Backends.Find(name);
        var spec = backends.Read(_backendFields!.Begin(body, default, parent.Below(name)), hosts.Of(body), service.Name, service.Spec, present?.Spec);
        if (present is null)
        {
            return Backend.Create(name, spec, now, service.Spec, options.Source);
        }

        spec = options.KeepWeights ? spec with { Weight = present.Spec.Weight } : spec;
        return spec == present.Spec ? present : present with { Spec = spec };
    }

    /// <summary>Adds the backends that the document does not speak of. They must fit a service that it moves.</summary>
    private void Keep(Service service, List<Backend> read)
    {
        var names = read.Select(backend => backend.Name).ToHashSet();
        foreach (var kept in service.Backends.Values.Where(backend => !names.Contains(backend.Name)))
        {
            read.Add(kept);
            _problems.AddRange(BackendRules.Problems(service.Spec, kept.Spec)
                .Select(problem => new Problem($"services.{service.Name}", null, $"backend '{kept.Name}', which stays, does not fit: {problem.Text}")));
        }
    }

    private void CheckUnique(List<Backend> read, FieldPath path)
    {
        _places.Clear();
        foreach (var backend in read)
        {
            if (!_places.TryAdd(backend.Spec.Key, backend.Name))
            {
                _problems.Add(new Problem(path.Member(backend.Name), null, $"stands at {backend.Spec.Key}, where backend '{_places[backend.Spec.Key]}' stands already"));
            }
        }
    }

    private static bool IsSame(List<Backend> read, Backends present) =>
        read.Count == present.Count && read.TrueForAll(backend => ReferenceEquals(backend, present.Find(backend.Name)));
}
