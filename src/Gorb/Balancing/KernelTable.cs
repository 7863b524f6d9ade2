using Gorb.Ipvs;

namespace Gorb.Balancing;

/// <summary>
/// The writer's side of the kernel's table for the time of one batch: remembers what the batch itself created, so that a refused request
/// can be undone without touching what others put there.
/// </summary>
internal sealed class KernelTable(IIpvsClient client)
{
    private readonly List<IReadOnlyList<IpvsChange>> _sent = [];
    private readonly List<IReadOnlyList<ChangeResult>> _answers = [];
    private readonly Dictionary<ServiceKey, KernelService> _foreign = [];

    public IReadOnlyList<ChangeResult> Apply(IReadOnlyList<IpvsChange> changes)
    {
        if (changes.Count == 0)
        {
            return [];
        }

        _sent.Add(changes); // first: when the answers are lost, the work may be done all the same
        var results = client.Apply(changes);
        _answers.Add(results);
        return results;
    }

    /// <summary>What takes back everything that this batch created.</summary>
    public IEnumerable<IpvsChange> Undo()
    {
        var created = Created();
        return created.Where(entry => entry.Destination is not null)
            .Select(entry => (IpvsChange)new IpvsChange.RemoveDestination(entry.Service, entry.Destination!.Value))
            .Concat(created.Where(entry => entry.Destination is null).Select(entry => new IpvsChange.RemoveService(entry.Service)));
    }

    /// <summary>Reads the kernel wherever this batch wrote or has to write.</summary>
    /// <returns>What makes it the wanted table there.</returns>
    public IReadOnlyList<IpvsChange> Difference(Table before, Table after, IEnumerable<string> touched)
    {
        var keys = touched.SelectMany(name => new[] { before.Find(name), after.Find(name) }).OfType<Service>().Select(service => service.Spec.Key);
        var created = Created();
        var changes = new List<IpvsChange>();
        foreach (var key in _sent.SelectMany(batch => batch).Select(change => change.Service).Union(keys).ToList())
        {
            var have = Read(key);
            var old = At(before, key);
            if (have is not null && old is null && !created.Contains(new KernelKey(key)))
            {
                _foreign.TryAdd(key, have);
            }

            var want = At(after, key) ?? _foreign.GetValueOrDefault(key);
            Planner.Plan(have, want, destination => IsExclusive(after, key)
                || old?.Find(destination) is not null || created.Contains(new KernelKey(key, destination)), changes);
        }

        return changes;
    }

    private KernelService? Read(ServiceKey key) => client.FindService(key) is { } found
        ? new KernelService(found.Service, [.. client.GetDestinations(key).Select(entry => entry.Destination)])
        : null;

    private static KernelService? At(Table table, ServiceKey key) =>
        table.Names.TryGetValue(key, out var name) ? KernelMapping.ToKernel(table.Services[name]) : null;

    private static bool IsExclusive(Table table, ServiceKey key) =>
        table.Names.TryGetValue(key, out var name) && table.Services[name].Spec.Exclusive;

    /// <summary>What the batch itself put there. Found only when something went wrong: a batch of ten thousand changes mostly goes well.</summary>
    private HashSet<KernelKey> Created() => [.. _answers.SelectMany(results => results).Where(result => result.Succeeded).Select(result => result.Change switch
    {
        IpvsChange.AddService added => new KernelKey(added.Service),
        IpvsChange.AddDestination added => new KernelKey(added.Service, added.Settings.Key),
        _ => (KernelKey?)null,
    }).OfType<KernelKey>()];
}
