using Gorb.Ipvs;
using Gorb.Model;

namespace Gorb.Targets.Ipvs;

/// <summary>Compares the whole kernel table with the wanted one. Pure.</summary>
internal static class Drift
{
    /// <summary>
    /// Returns the changes that make the kernel's table the wanted one. Entries that are neither leftovers nor Gorb's own belong to other programs and stay. Gorb's
    /// own include backends that are out of the kernel.
    /// </summary>
    public static List<IpvsChange> Find(IReadOnlyDictionary<ServiceKey, KernelService> kernel, Table wanted, IReadOnlySet<KernelKey> leftovers, KernelLimits limits = default)
    {
        var changes = new List<IpvsChange>();
        foreach (var service in wanted.Services.Values)
        {
            var key = service.Spec.Key;
            var owns = service.Owns();
            Planner.Plan(kernel.GetValueOrDefault(key), KernelMapping.ToKernel(service, limits),
                destination => service.Spec.Exclusive || leftovers.Contains(new KernelKey(key, destination)) || owns(destination), changes);
        }

        changes.AddRange(leftovers.Where(left => !wanted.Names.ContainsKey(left.Service) && kernel.ContainsKey(left.Service)).SelectMany(left => Remove(kernel, left)));
        return changes;
    }

    private static IEnumerable<IpvsChange> Remove(IReadOnlyDictionary<ServiceKey, KernelService> kernel, KernelKey left)
    {
        if (left.Destination is not { } destination)
        {
            yield return new IpvsChange.RemoveService(left.Service);
        }
        else if (kernel[left.Service].Find(destination) is not null)
        {
            yield return new IpvsChange.RemoveDestination(left.Service, destination);
        }
    }
}
