using Gorb.Ipvs;

namespace Gorb.Balancing;

/// <summary>
/// The writer's side of the kernel's table for the time of one batch: remembers what the batch itself created, so that a refused request
/// can be undone without touching what others put there.
/// </summary>
internal sealed class KernelTable(IIpvsClient client)
{
    private readonly HashSet<ServiceKey> _written = [];
    private readonly HashSet<ServiceKey> _created = [];
    private readonly HashSet<(ServiceKey, DestinationKey)> _createdDestinations = [];
    private readonly Dictionary<ServiceKey, KernelService> _foreign = [];

    public IReadOnlyList<ChangeResult> Apply(IReadOnlyList<IpvsChange> changes)
    {
        if (changes.Count == 0)
        {
            return [];
        }

        _written.UnionWith(changes.Select(change => change.Service));
        var results = client.Apply(changes);
        foreach (var result in results)
        {
            Remember(result);
        }

        return results;
    }

    /// <summary>What takes back everything that this batch created.</summary>
    public IEnumerable<IpvsChange> Undo() => _createdDestinations
        .Select(created => (IpvsChange)new IpvsChange.RemoveDestination(created.Item1, created.Item2))
        .Concat(_created.Select(service => new IpvsChange.RemoveService(service)));

    /// <summary>Reads the kernel wherever this batch wrote or has to write.</summary>
    /// <returns>What makes it the wanted table there.</returns>
    public IReadOnlyList<IpvsChange> Difference(Table before, Table after, IEnumerable<string> touched)
    {
        var keys = touched.SelectMany(name => new[] { before.Find(name), after.Find(name) }).OfType<Service>().Select(service => service.Spec.Key);
        var changes = new List<IpvsChange>();
        foreach (var key in _written.Union(keys).ToList())
        {
            var have = Read(key);
            var old = At(before, key);
            if (have is not null && old is null && !_created.Contains(key))
            {
                _foreign.TryAdd(key, have);
            }

            var want = At(after, key) ?? _foreign.GetValueOrDefault(key);
            changes.AddRange(Planner.Plan(have, want, destination => IsExclusive(after, key)
                || old?.Destinations.ContainsKey(destination) == true || _createdDestinations.Contains((key, destination))));
        }

        return changes;
    }

    private KernelService? Read(ServiceKey key) => client.FindService(key) is { } found
        ? new KernelService(found.Service, client.GetDestinations(key).ToDictionary(entry => entry.Destination.Key, entry => entry.Destination))
        : null;

    private static KernelService? At(Table table, ServiceKey key) =>
        table.Names.TryGetValue(key, out var name) ? KernelMapping.ToKernel(table.Services[name]) : null;

    private static bool IsExclusive(Table table, ServiceKey key) =>
        table.Names.TryGetValue(key, out var name) && table.Services[name].Spec.Exclusive;

    private void Remember(ChangeResult result)
    {
        switch (result)
        {
            case { Succeeded: true, Change: IpvsChange.AddService added }:
                _created.Add(added.Service);
                break;
            case { Succeeded: true, Change: IpvsChange.AddDestination added }:
                _createdDestinations.Add((added.Service, added.Settings.Key));
                break;
        }
    }
}
