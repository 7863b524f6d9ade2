using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Start;

namespace Gorb.Targets.Ipvs;

/// <summary>
/// Computes what has to be sent so that the kernel's table becomes the wanted one. Pure: no kernel, no clock. Things are added before
/// others are removed, so that no service is without backends on the way; nothing is ever removed only to be added again.
/// </summary>
internal static class Planner
{
    /// <summary>
    /// wrr and mh work through all destinations whenever one is added (ip_vs_wrr.c, ip_vs_mh.c), so a large new service is filled without
    /// a scheduler and gets it at the end. A small one is not worth the message.
    /// </summary>
    private const int MaxForDearScheduler = 16;

    /// <summary>The changes from one version of a service to the next; either may be absent.</summary>
    public static IReadOnlyList<IpvsChange> Plan(Service? from, Service? to, KernelLimits limits = default)
    {
        var changes = new List<IpvsChange>();
        Plan(from, to, limits, changes);
        return changes;
    }

    /// <summary>The changes from one table to the next. A service that only gets another name, or takes over another's place, stays what it is
    /// in the kernel: there, the key is the identity.</summary>
    /// <param name="from">The table as it is.</param>
    /// <param name="to">The table as it shall be.</param>
    /// <param name="touched">Names of the services in which they may differ.</param>
    /// <param name="limits">What the kernel does not do.</param>
    /// <param name="changes">Where the changes are appended.</param>
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

    /// <summary>The changes from what the kernel has to what is wanted.</summary>
    /// <param name="have">What is there, or null.</param>
    /// <param name="want">What should be, or null. With another key it is a move: the new service is filled before the old one goes.</param>
    /// <param name="owns">Says of a destination that is not wanted whether it may be removed; others' are left alone.</param>
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
