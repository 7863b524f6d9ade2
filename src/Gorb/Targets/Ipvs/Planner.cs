using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Start;

namespace Gorb.Targets.Ipvs;

/// <summary>
/// Computes the changes that lead from the kernel's table to the wanted one. Pure: no kernel, no clock. Additions come before removals, so that no service is
/// without backends in between; an entry is never removed only to be added again.
/// </summary>
internal static class Planner
{
    /// <summary>
    /// The maximum number of destinations that are added with an expensive scheduler in place. wrr and mh recompute all destinations on every addition
    /// (ip_vs_wrr.c, ip_vs_mh.c), so a larger new service is filled without a scheduler, which is set at the end. For a smaller service the additional message does
    /// not pay.
    /// </summary>
    private const int MaxForDearScheduler = 16;

    /// <summary>Returns the changes from one version of a service to the next. Either version may be null.</summary>
    public static IReadOnlyList<IpvsChange> Plan(Service? from, Service? to, KernelLimits limits = default)
    {
        var changes = new List<IpvsChange>();
        Plan(from, to, limits, changes);
        return changes;
    }

    /// <summary>
    /// Appends the changes from one table to the next. A service that is only renamed, or that replaces another one at the same key, is unchanged in the kernel,
    /// where the key is the identity.
    /// </summary>
    /// <param name="from">The current table.</param>
    /// <param name="to">The table to be reached.</param>
    /// <param name="touched">Names of the services that may differ.</param>
    /// <param name="limits">The limits of the kernel.</param>
    /// <param name="changes">The list to which the changes are appended.</param>
    public static void Plan(Table from, Table to, IReadOnlyCollection<string> touched, KernelLimits limits, List<IpvsChange> changes)
    {
        var names = touched.ToArray();
        foreach (var part in ParallelRanges.Run(names.Length, (first, end) => Plan(from, to, names.AsSpan(first, end - first), limits)))
        {
            changes.AddRange(part);
        }

        foreach (var name in touched)
        {
            if (from.Find(name) is { } service && !to.Names.ContainsKey(service.Spec.Key))
            {
                changes.Add(new IpvsChange.RemoveService(service.Spec.Key));
            }
        }
    }

    /// <summary>Returns the changes from the kernel's service to the wanted one.</summary>
    /// <param name="have">The kernel's service, or null.</param>
    /// <param name="want">The wanted service, or null. With another key it is a move: the new service is filled before the old one is removed.</param>
    /// <param name="owns">Whether Gorb may remove a destination that is not wanted. Unmanaged destinations stay.</param>
    public static IReadOnlyList<IpvsChange> Plan(KernelService? have, KernelService? want, Func<DestinationKey, bool> owns)
    {
        var changes = new List<IpvsChange>();
        Plan(have, want, owns, changes);
        return changes;
    }

    /// <inheritdoc cref="Plan(KernelService?, KernelService?, Func{DestinationKey, bool})"/>
    public static void Plan(KernelService? have, KernelService? want, Func<DestinationKey, bool> owns, List<IpvsChange> changes)
    {
        if (want is not null && have?.Settings.Key == want.Settings.Key)
        {
            Edit(have, want, owns, changes);
            return;
        }

        if (want is not null)
        {
            Create(want, changes);
        }

        if (have is not null)
        {
            changes.Add(new IpvsChange.RemoveService(have.Settings.Key));
        }
    }

    private static List<IpvsChange> Plan(Table from, Table to, ReadOnlySpan<string> names, KernelLimits limits)
    {
        var changes = new List<IpvsChange>();
        foreach (var name in names)
        {
            if (to.Find(name) is { } service)
            {
                Plan(from.Names.TryGetValue(service.Spec.Key, out var present) ? from.Services[present] : null, service, limits, changes);
            }
        }

        return changes;
    }

    private static void Plan(Service? from, Service? to, KernelLimits limits, List<IpvsChange> changes)
    {
        if (from is not null && to is not null && from.Spec.Key == to.Spec.Key)
        {
            var (have, want) = KernelMapping.Differing(from, to, limits);
            Edit(have, want, static _ => true, changes);
        }
        else
        {
            Plan(from is null ? null : KernelMapping.ToKernel(from, limits), to is null ? null : KernelMapping.ToKernel(to, limits), static _ => true, changes);
        }
    }

    private static void Create(KernelService want, List<IpvsChange> changes)
    {
        var isDear = want.Destinations.Count > MaxForDearScheduler && want.Settings.Scheduler is Schedulers.Wrr or "mh";
        changes.Add(new IpvsChange.AddService(isDear ? want.Settings with { Scheduler = Schedulers.None } : want.Settings));
        foreach (var destination in want.Destinations)
        {
            changes.Add(new IpvsChange.AddDestination(want.Settings.Key, destination));
        }

        if (isDear)
        {
            changes.Add(new IpvsChange.UpdateService(want.Settings));
        }
    }

    private static void Edit(KernelService have, KernelService want, Func<DestinationKey, bool> owns, List<IpvsChange> changes)
    {
        var service = want.Settings.Key;
        if (have.Settings != want.Settings)
        {
            changes.Add(new IpvsChange.UpdateService(want.Settings));
        }

        for (var i = 0; i < want.Destinations.Count; i++)
        {
            var destination = want.Destinations[i];
            if (have.Find(destination.Key, i) is not { } current)
            {
                changes.Add(new IpvsChange.AddDestination(service, destination));
            }
            else if (current != destination)
            {
                changes.Add(new IpvsChange.UpdateDestination(service, destination));
            }
        }

        for (var i = 0; i < have.Destinations.Count; i++)
        {
            var key = have.Destinations[i].Key;
            if (want.Find(key, i) is null && owns(key))
            {
                changes.Add(new IpvsChange.RemoveDestination(service, key));
            }
        }
    }
}
