using Gorb.Ipvs;

namespace Gorb.Balancing;

/// <summary>
/// A first look at the kernel's table when the daemon starts. Mostly it is as it was left, and then the daemon is ready without the long way of asking for each
/// service; what /proc does not print is compared right after, as everything is. Pure.
/// </summary>
internal static class Glance
{
    /// <summary>True when the kernel shows all that is wanted, and shows all of it that there is to it.</summary>
    public static bool ShowsAll(Table wanted, IReadOnlyList<ServiceGlance> kernel)
    {
        var have = new Dictionary<ServiceKey, KernelService>(kernel.Count);
        foreach (var entry in kernel)
        {
            have[entry.Service.Key] = new KernelService(entry.Service, entry.Destinations);
        }

        var changes = new List<IpvsChange>();
        foreach (var service in wanted.Services.Values)
        {
            var want = KernelMapping.ToKernel(service);
            if (!IsPlain(want) || !have.TryGetValue(service.Spec.Key, out var present) || present.Destinations.Count != want.Destinations.Count)
            {
                return false;
            }

            Planner.Plan(present, want, static _ => true, changes);
            if (changes.Count > 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when nothing is wanted that /proc does not print.</summary>
    private static bool IsPlain(KernelService want)
    {
        var settings = want.Settings;
        if (settings.Key.IsFirewallMark || settings.Flags != ServiceFlags.None || settings.PersistenceEngine is not null)
        {
            return false;
        }

        foreach (var destination in want.Destinations)
        {
            if (destination is not { Forwarding: ForwardingMethod.Masquerade or ForwardingMethod.DirectRoute, UpperThreshold: 0, LowerThreshold: 0 })
            {
                return false;
            }
        }

        return true;
    }
}
