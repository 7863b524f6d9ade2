using Gorb.Ipvs;
using Gorb.Model;

namespace Gorb.Targets.Ipvs;

/// <summary>The changes of one commit in the kernel's table, sent as one pipelined batch.</summary>
internal sealed class KernelBatch(IpvsTarget target, KernelLimits limits) : ITargetBatch
{
    /// <summary>The maximum number of services that are read one by one. For more, all services are read at once.</summary>
    private const int MaxReadsOneByOne = 16;

    private readonly List<IReadOnlyList<IpvsChange>> _sent = [];
    private readonly List<IReadOnlyList<ChangeResult>> _answers = [];
    private readonly List<IReadOnlyList<IpvsChange>> _unanswered = [];
    private readonly Dictionary<ServiceKey, KernelService> _foreign = [];
    private List<IpvsChange> _changes = [];

    public int Count => _changes.Count;

    public void Plan(Table from, Table to, IReadOnlyCollection<string> touched) => Planner.Plan(from, to, touched, limits, _changes);

    public void PlanDifference(Table before, Table after, IEnumerable<string> touched) =>
        _changes = target.Exchange(client => FindDifference(client, before, after, touched));

    /// <summary>True when a service becomes exclusive, because only the kernel knows the unmanaged destinations in it.</summary>
    public bool NeedsDifference(Table before, Table after, IEnumerable<string> touched) =>
        touched.Any(name => after.Find(name)?.Spec.Exclusive == true && before.Find(name) is { Spec.Exclusive: false });

    public bool Record()
    {
        _changes.ForEach(target.Leftovers.Note);
        return _changes.Count > 0;
    }

    public void RecordUndo(Table before)
    {
        foreach (var key in Created(before))
        {
            target.Leftovers.Add(key);
        }
    }

    public IReadOnlyList<ChangeFailure> ApplyUp(Table wanted) => _changes.Count == 0 ? [] : KernelErrors.FindFailures(target.Exchange(client => Apply(client, wanted)), wanted);

    /// <summary>Makes no changes, because no target has a higher rank.</summary>
    public IReadOnlyList<ChangeFailure> ApplyDown(Table wanted) => [];

    public Cause FindCause(int change, Table from, Table to, IReadOnlyCollection<string> touched)
    {
        var (service, destination) = (_changes[change].Service, _changes[change].Destination);
        var name = to.Names.GetValueOrDefault(service) ?? from.Names.GetValueOrDefault(service);
        return name is null || !touched.Contains(name) ? Cause.None
            : destination is { } key && !ReferenceEquals(At(from, name, key), At(to, name, key)) ? Cause.Certain
            : Cause.Possible;
    }

    private IReadOnlyList<ChangeResult> Apply(IIpvsClient client, Table wanted)
    {
        var changes = _changes;
        RememberOthers(client, changes);
        target.Counters.BeforeApply(client, changes, wanted);
        _sent.Add(changes); // record first: if the answers are lost, the changes may be made all the same
        _unanswered.Add(changes);
        var results = client.Apply(changes);
        _unanswered.Remove(changes);
        _answers.Add(results);
        target.Counters.AfterApply(client, results);
        return results;
    }

    /// <summary>Reads the kernel wherever this batch changed it or has to change it.</summary>
    /// <returns>The changes that remain to reach the wanted table.</returns>
    private List<IpvsChange> FindDifference(IIpvsClient client, Table before, Table after, IEnumerable<string> touched)
    {
        var keys = touched.SelectMany(name => new[] { before.Find(name), after.Find(name) }).OfType<Service>().Select(service => service.Spec.Key);
        var created = Created(before);
        var changes = new List<IpvsChange>();
        foreach (var key in _sent.SelectMany(batch => batch).Select(change => change.Service).Union(keys).ToList())
        {
            var have = Read(client, key);
            var old = At(before, key);
            if (have is not null && old is null && !created.Contains(new KernelKey(key)))
            {
                _foreign.TryAdd(key, Without(created, have));
            }

            var want = At(after, key) ?? _foreign.GetValueOrDefault(key);
            var (owned, owns) = (Owns(before, key), Owns(after, key));
            Planner.Plan(have, want, destination => IsExclusive(after, key)
                || owned(destination) || owns(destination) || created.Contains(new KernelKey(key, destination)), changes);
        }

        return changes;
    }

    private static KernelService? Read(IIpvsClient client, ServiceKey key) => client.FindService(key) is { } found
        ? new KernelService(found.Service, [.. client.GetDestinations(key).Select(entry => entry.Destination)])
        : null;

    private KernelService? At(Table table, ServiceKey key) =>
        table.Names.TryGetValue(key, out var name) ? KernelMapping.ToKernel(table.Services[name], limits) : null;

    private static Backend? At(Table table, string service, DestinationKey place) =>
        table.Find(service)?.Backends.Values.FirstOrDefault(backend => backend.Spec.Key == place);

    private static Func<DestinationKey, bool> Owns(Table table, ServiceKey key) =>
        table.Names.TryGetValue(key, out var name) ? table.Services[name].Owns() : static _ => false;

    private static bool IsExclusive(Table table, ServiceKey key) =>
        table.Names.TryGetValue(key, out var name) && table.Services[name].Spec.Exclusive;

    /// <summary>
    /// Reads the unmanaged services at the keys of large new services. A large service is added without a scheduler, which is set after its destinations. If
    /// another program has a service at that key, the addition is refused but the scheduler is changed all the same, so the service's settings must be read
    /// beforehand.
    /// </summary>
    private void RememberOthers(IIpvsClient client, IReadOnlyList<IpvsChange> changes)
    {
        var filled = changes.OfType<IpvsChange.AddService>().Where(static added => added.Settings.Scheduler == Schedulers.None).Select(static added => added.Service).ToHashSet();
        foreach (var key in filled.Count <= MaxReadsOneByOne ? filled : client.GetServices().Select(static entry => entry.Service.Key).Where(filled.Contains))
        {
            if (Read(client, key) is { } others)
            {
                _foreign.TryAdd(key, others);
            }
        }
    }

    private static KernelService Without(HashSet<KernelKey> created, KernelService have) =>
        new(have.Settings, [.. have.Destinations.Where(destination => !created.Contains(new KernelKey(have.Settings.Key, destination.Key)))]);

    /// <summary>
    /// Returns the entries that this batch created. Computed only after a failure, because a batch of ten thousand changes usually succeeds. If answers were lost,
    /// only destinations added to Gorb's own services count; another service may have existed before.
    /// </summary>
    private HashSet<KernelKey> Created(Table before) =>
    [
        .. _answers.SelectMany(results => results).Where(result => result.Succeeded).Select(result => Added(result.Change))
            .Concat(_unanswered.SelectMany(changes => changes).Where(change => before.Names.ContainsKey(change.Service)).Select(Added))
            .OfType<KernelKey>(),
    ];

    private static KernelKey? Added(IpvsChange change) =>
        change is IpvsChange.AddService or IpvsChange.AddDestination ? new KernelKey(change.Service, change.Destination) : null;
}
