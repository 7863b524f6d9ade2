using Gorb.Ipvs;

namespace Gorb.Balancing;

/// <summary>Compares the whole kernel table with the wanted one. Pure.</summary>
internal static class Drift
{
    /// <summary>What makes the kernel's table the wanted one. What is neither wanted nor a leftover is others' and stays.</summary>
    public static List<IpvsChange> Find(IReadOnlyList<TableEntry> kernel, Table wanted, IReadOnlySet<KernelKey> leftovers)
    {
        var changes = new List<IpvsChange>();
        var have = kernel.ToDictionary(entry => entry.Service.Service.Key, ToKernel);
        foreach (var service in wanted.Services.Values)
        {
            var key = service.Spec.Key;
            changes.AddRange(Planner.Plan(have.GetValueOrDefault(key), KernelMapping.ToKernel(service),
                destination => service.Spec.Exclusive || leftovers.Contains(new KernelKey(key, destination))));
        }

        changes.AddRange(leftovers.Where(left => !wanted.Names.ContainsKey(left.Service) && have.ContainsKey(left.Service)).SelectMany(left => Remove(have, left)));
        return changes;
    }

    private static IEnumerable<IpvsChange> Remove(Dictionary<ServiceKey, KernelService> have, KernelKey left)
    {
        if (left.Destination is not { } destination)
        {
            yield return new IpvsChange.RemoveService(left.Service);
        }
        else if (have[left.Service].Destinations.ContainsKey(destination))
        {
            yield return new IpvsChange.RemoveDestination(left.Service, destination);
        }
    }

    private static KernelService ToKernel(TableEntry entry) => new(
        entry.Service.Service, entry.Destinations.ToDictionary(destination => destination.Destination.Key, destination => destination.Destination));
}
