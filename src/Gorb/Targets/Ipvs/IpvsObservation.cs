using Gorb.Ipvs;
using Gorb.Model;

namespace Gorb.Targets.Ipvs;

/// <summary>The kernel's whole table at the time it was read.</summary>
internal sealed class IpvsObservation(IpvsTarget target, IReadOnlyDictionary<ServiceKey, KernelService> kernel, KernelLimits limits) : IHealthObservation
{
    public Table RestoreHealth(Table wanted) => StartHealth.Of(wanted, kernel, limits);

    public IRepair Plan(Table wanted) => new IpvsRepair(target, Drift.Find(kernel, wanted, target.Leftovers.Leftovers, limits));
}
