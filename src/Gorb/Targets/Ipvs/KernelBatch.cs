using Gorb.Ipvs;
using Gorb.Model;

namespace Gorb.Targets.Ipvs;

/// <summary>
/// The writer's side of the kernel's table for the time of one batch: remembers what the batch itself created, so that a refused request
/// can be undone without touching what others put there.
/// </summary>
internal sealed class KernelBatch(IIpvsClient client, KernelLimits limits, KeptCounters counters)
{
    /// <summary>To look for more services than this, all are read at once.</summary>
    private const int MaxReadsOneByOne = 16;

    public KernelLimits Limits => limits;

    private readonly List<IReadOnlyList<IpvsChange>> _sent = [];
    private readonly List<IReadOnlyList<ChangeResult>> _answers = [];
    private readonly List<IReadOnlyList<IpvsChange>> _unanswered = [];
    private readonly Dictionary<ServiceKey, KernelService> _foreign = [];

    /// <param name="changes">What to send.</param>
    /// <param name="wanted">The table that they lead to.</param>
    public IReadOnlyList<ChangeResult> Apply(IReadOnlyList<IpvsChange> changes, Table wanted)
    {
        if (changes.Count == 0)
        {
            return [];
        }

        RememberOthers(changes);
        counters.BeforeApply(client, changes, wanted);
        _sent.Add(changes); // first: when the answers are lost, the work may be done all the same
        _unanswered.Add(changes);
        var results = client.Apply(changes);
        _unanswered.Remove(changes);
        _answers.Add(results);
        counters.AfterApply(client, results);
        return results;
    }

    /// <summary>What takes back everything that this batch created.</summary>
    /// <param name="before">The wanted table before the batch.</param>
    public IEnumerable<IpvsChange> Undo(Table before)
    {
        var created = Created(before);
        return created.Where(entry => entry.Destination is not null)
            .Select(entry => (IpvsChange)new IpvsChange.RemoveDestination(entry.Service, entry.Destination!.Value))
            .Concat(created.Where(entry => entry.Destination is null).Select(entry => new IpvsChange.RemoveService(entry.Service)));
    }

    /// <summary>Reads the kernel wherever this batch wrote or has to write.</summary>
    /// <returns>What makes it the wanted table there.</returns>
    public IReadOnlyList<IpvsChange> Difference(Table before, Table after, IEnumerable<string> touched)
    {
        var keys = touched.SelectMany(name => new[] { before.Find(name), after.Find(name) }).OfType<Service>().Select(service => service.Spec.Key);
        var created = Created(before);
        var changes = new List<IpvsChange>();
        foreach (var key in _sent.SelectMany(batch => batch).Select(change => change.Service).Union(keys).ToList())
        {
            var have = Read(key);
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

    private KernelService? Read(ServiceKey key) => client.FindService(key) is { } found
        ? new KernelService(found.Service, [.. client.GetDestinations(key).Select(entry => entry.Destination)])
        : null;

    private KernelService? At(Table table, ServiceKey key) =>
        table.Names.TryGetValue(key, out var name) ? KernelMapping.ToKernel(table.Services[name], limits) : null;

    private static Func<DestinationKey, bool> Owns(Table table, ServiceKey key) =>
        table.Names.TryGetValue(key, out var name) ? table.Services[name].Owns() : static _ => false;

    private static bool IsExclusive(Table table, ServiceKey key) =>
        table.Names.TryGetValue(key, out var name) && table.Services[name].Spec.Exclusive;

    /// <summary>
    /// A large service is filled first and gets its scheduler then. If others have one there, filling it is refused but its scheduler is changed all the same, so it
    /// must be known before.
    /// </summary>
    private void RememberOthers(IReadOnlyList<IpvsChange> changes)
    {
        var filled = changes.OfType<IpvsChange.AddService>().Where(static added => added.Settings.Scheduler == Schedulers.None).Select(static added => added.Service).ToHashSet();
        foreach (var key in filled.Count <= MaxReadsOneByOne ? filled : client.GetServices().Select(static entry => entry.Service.Key).Where(filled.Contains))
        {
            if (Read(key) is { } others)
            {
                _foreign.TryAdd(key, others);
            }
        }
    }

    private static KernelService Without(HashSet<KernelKey> created, KernelService have) =>
        new(have.Settings, [.. have.Destinations.Where(destination => !created.Contains(new KernelKey(have.Settings.Key, destination.Key)))]);

    /// <summary>
    /// What the batch itself put there. Found only when something went wrong: a batch of ten thousand changes mostly goes well. Of what was not answered, it is
    /// what was added to Gorb's own services; another service may have been there already.
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
