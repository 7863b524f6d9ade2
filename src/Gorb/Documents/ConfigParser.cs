using System.Net.Sockets;
using System.Text.Json;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Merging;

namespace Gorb.Documents;

/// <summary>Reads services of a document in sequence and merges each with the table.</summary>
internal sealed class ConfigParser(
    ServiceReader services, BackendReader backends, ConfigHosts hosts, ConfigOptions options, Ownership own, Table table, SteadyClock clock)
{
    private const string BackendMap = "backends";

    private static readonly FieldPath Root = FieldPath.Root.Below("services");

    private readonly List<DraftService> _services = [];
    private readonly ProblemList _problems = [];
    private readonly Dictionary<DestinationKey, string> _places = [];
    private readonly DateTimeOffset _now = clock.Now;
    private CancellationToken _cancellationToken;
    private FieldReader? _serviceFields;
    private FieldReader? _backendFields;

    public IReadOnlyList<DraftService> Services => _services;

    public IReadOnlyList<Problem> Problems => _problems;

    private bool IsOver => _problems.IsFull || _cancellationToken.IsCancellationRequested;

    /// <summary>Reads services until there are more problems than are reported, or until cancellation.</summary>
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

            var present = table.Merged(name);
            if (ReadPart(name, body, present) is { } part)
            {
                var wanted = ServiceMerge.Declare(present, part, own, options.Prune, clock);
                _services.Add(new DraftService(name, present, wanted with { Service = wanted.Service?.ClearDraining() }));
            }
        }

        return this;
    }

    private Part? ReadPart(string name, JsonElement body, Merged present)
    {
        var path = Root.Below(name);
        if (!BodyShape.Check(body, path, _problems, BackendMap))
        {
            return null;
        }

        var fields = _serviceFields!.Begin(body, default, path);
        var map = fields.Raw(BackendMap);
        var entry = new Entry(name, map, path.Below(BackendMap), present, ReadSource(fields, options.Source));
        return entry.Source != options.Source ? ReadForeign(entry, fields, body)
            : IsGuestOnly(body, present.Service) ? ReadGuests(entry)
            : ReadOwn(entry, fields, body);
    }

    /// <summary>Reads an entry that declares the service.</summary>
    private Part? ReadOwn(Entry entry, FieldReader fields, JsonElement body)
    {
        var present = FindSpec(entry.Present);
        if (services.Read(fields, hosts.Of(body), present) is not { } spec)
        {
            return null;
        }

        var read = ReadBackends(entry, spec, isGuest: false);
        CheckTogether(entry, spec, read.Own);
        return new Part(entry.Name, spec, read.Own, Restored(entry, spec, read.Others));
    }

    /// <summary>Reads an entry with backends only: they join a service that another source declares or will declare.</summary>
    private Part ReadGuests(Entry entry)
    {
        var spec = entry.Present.Service?.Spec ?? new ServiceSpec { Key = ServiceKey.ForFirewallMark(1, AddressFamily.InterNetwork) }; // a placeholder that every backend fits
        var read = ReadBackends(entry, spec, isGuest: true);
        CheckTogether(entry, null, read.Own);
        return new Part(entry.Name, null, read.Own, Restored(entry, spec, read.Others));
    }

    /// <summary>Reads an entry that another source declares, as GET shows it: an existing service is unchanged, a missing one is restored.</summary>
    private Part? ReadForeign(Entry entry, FieldReader fields, JsonElement body)
    {
        var spec = entry.Present.Service?.Spec ?? services.Read(fields, hosts.Of(body), null);
        if (spec is null)
        {
            return null;
        }

        var read = ReadBackends(entry, spec, isGuest: true);
        CheckTogether(entry, null, read.Own);
        var restored = Restored(entry, spec, read.Others);
        return new Part(entry.Name, null, read.Own, restored ?? (entry.Present.Service is null ? Service.Create(entry.Name, spec, entry.Source) : null));
    }

    private static Service? Restored(Entry entry, ServiceSpec spec, List<Backend> others) =>
        others.Count == 0 ? null : Service.Create(entry.Name, spec, entry.Source) with { Backends = Backends.Of(others) };

    private (List<Backend> Own, List<Backend> Others) ReadBackends(Entry entry, ServiceSpec spec, bool isGuest)
    {
        var entries = NamedObjects.Read(entry.Backends, entry.Path, _problems);
        var (read, others) = (new List<Backend>(entries.Count), new List<Backend>());
        foreach (var (name, body) in entries)
        {
            if (IsOver)
            {
                break;
            }

            var fields = _backendFields!.Begin(body, default, entry.Path.Below(name));
            var source = ReadSource(fields, entry.Source);
            if (source == options.Source)
            {
                read.Add(ReadBackend(name, body, fields, entry, spec, isGuest));
            }
            else if (entry.Present.Service?.Backends.Find(name) is not { } present)
            {
                var words = OperatorReader.Read(fields);
                others.Add(Backend.Create(name, backends.Read(fields, hosts.Of(body), entry.Name, spec, null, isGuest), _now, spec, source) with { Operator = words });
            }
            else if (own.Has(present.Source))
            {
                read.Add(present);
            }
        }

        return (read, others);
    }

    private Backend ReadBackend(string name, JsonElement body, FieldReader fields, Entry entry, ServiceSpec service, bool isGuest)
    {
        var (present, isOwn) = FindBackend(name, entry.Present);
        var words = OperatorReader.Read(fields); // used for a new backend only: an existing one keeps its overrides
        var spec = backends.Read(fields, hosts.Of(body), entry.Name, service, present?.Spec, isGuest);
        if (present is null || !isOwn)
        {
            return Backend.Create(name, spec, _now, service, options.Source) with { Operator = options.Source == SourceName.Api ? default : words };
        }

        spec = options.KeepWeights ? spec with { Weight = present.Spec.Weight } : spec;
        return spec == present.Spec && present.Source == options.Source ? present : present with { Spec = spec, Source = options.Source };
    }

    private static string ReadSource(FieldReader fields, string otherwise)
    {
        if (fields.Text("source") is not { } source)
        {
            return otherwise;
        }

        if (SourceName.Fault(source) is { } fault)
        {
            fields.Refuse("source", source, fault);
            return otherwise;
        }

        return SourceName.Intern(source);
    }

    /// <summary>True for an entry with backends only. If the source itself owns the service, the service's members are missing, so the result is false.</summary>
    private bool IsGuestOnly(JsonElement body, Service? present) => body.TryGetProperty(BackendMap, out _)
        && !(present is { Departure: null } && own.Has(present.Source))
        && body.EnumerateObject().All(static member => member.NameEquals(BackendMap) || member.NameEquals("source") || member.Value.ValueKind == JsonValueKind.Null);

    /// <summary>Returns the source's earlier settings of a service, else the settings of the present service.</summary>
    private ServiceSpec? FindSpec(Merged present) => present.Service is { } service && own.Has(service.Source) ? service.Spec
        : present.Claims.Of(own.Source)?.Spec ?? present.Service?.Spec;

    /// <summary>Returns the source's earlier backend of a name, else the present backend unless it is leaving.</summary>
    private (Backend? Backend, bool IsOwn) FindBackend(string name, Merged present)
    {
        var standing = present.Service?.Backends.Find(name);
        return standing is not null && own.Has(standing.Source) ? (standing, true)
            : present.Claims.Of(own.Source)?.Backends.Find(name) is { } waiting ? (waiting, true)
            : (standing is { IsLeaving: false } ? standing : null, false);
    }

    /// <summary>Checks that the source's backends do not conflict, including existing ones that remain without pruning.</summary>
    private void CheckTogether(Entry entry, ServiceSpec? spec, List<Backend> read)
    {
        _places.Clear();
        foreach (var backend in read)
        {
            CheckPlace(entry, backend);
        }

        if (options.Prune || entry.Present.Service is not { } present)
        {
            return;
        }

        var names = read.Select(backend => backend.Name).ToHashSet();
        foreach (var kept in present.Backends.Values.Where(backend => own.Has(backend.Source) && !names.Contains(backend.Name)))
        {
            _problems.AddRange(spec is null ? [] : BackendRules.Problems(spec, kept.Spec)
                .Select(problem => new Problem($"services.{entry.Name}", null, $"backend '{kept.Name}', which stays, does not fit: {problem.Text}")));
            CheckPlace(entry, kept);
        }
    }

    private void CheckPlace(Entry entry, Backend backend)
    {
        if (!_places.TryAdd(backend.Spec.Key, backend.Name))
        {
            _problems.Add(new Problem(
                entry.Path.Member(backend.Name), null, $"stands at {backend.Spec.Key}, where backend '{_places[backend.Spec.Key]}' stands already"));
        }
    }

    /// <summary>A service of the document.</summary>
    /// <param name="Name">The name of the service.</param>
    /// <param name="Backends">The map of backends.</param>
    /// <param name="Path">The path of that map.</param>
    /// <param name="Present">The present service and its claims.</param>
    /// <param name="Source">The source that declares the service.</param>
    private readonly record struct Entry(string Name, JsonElement? Backends, FieldPath Path, Merged Present, string Source);
}
