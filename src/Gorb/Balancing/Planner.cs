using Gorb.Ipvs;

namespace Gorb.Balancing;

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
    private const int MostForDearScheduler = 16;

    /// <summary>The changes from one version of a service to the next; either may be absent.</summary>
    public static IEnumerable<IpvsChange> Plan(Service? from, Service? to)
    {
        if (ReferenceEquals(from, to))
        {
            return [];
        }

        var have = from is null ? null : KernelMapping.ToKernel(from);
        var want = to is null ? null : KernelMapping.ToKernel(to);
        return Plan(have, want, static _ => true);
    }

    /// <summary>The changes from one table to the next. A service that only gets another name, or takes over another's place, stays what it is
    /// in the kernel: there, the key is the identity.</summary>
    /// <param name="from">The table as it is.</param>
    /// <param name="to">The table as it shall be.</param>
    /// <param name="touched">Names of the services in which they may differ.</param>
    public static IEnumerable<IpvsChange> Plan(Table from, Table to, IReadOnlyCollection<string> touched)
    {
        foreach (var service in touched.Select(to.Find).OfType<Service>())
        {
            var present = from.Names.TryGetValue(service.Spec.Key, out var name) ? from.Services[name] : null;
            foreach (var change in Plan(present, service))
            {
                yield return change;
            }
        }

        foreach (var service in touched.Select(from.Find).OfType<Service>().Where(service => !to.Names.ContainsKey(service.Spec.Key)))
        {
            yield return new IpvsChange.RemoveService(service.Spec.Key);
        }
    }

    /// <summary>The changes from what the kernel has to what is wanted.</summary>
    /// <param name="have">What is there, or null.</param>
    /// <param name="want">What should be, or null. With another key it is a move: the new service is filled before the old one goes.</param>
    /// <param name="owns">Says of a destination that is not wanted whether it may be removed; others' are left alone.</param>
    public static IEnumerable<IpvsChange> Plan(KernelService? have, KernelService? want, Func<DestinationKey, bool> owns)
    {
        if (want is not null && have?.Settings.Key == want.Settings.Key)
        {
            return Edit(have, want, owns);
        }

        IEnumerable<IpvsChange> added = want is null ? [] : Create(want);
        return have is null ? added : added.Append(new IpvsChange.RemoveService(have.Settings.Key));
    }

    private static IEnumerable<IpvsChange> Create(KernelService want)
    {
        var isDear = want.Destinations.Count > MostForDearScheduler && want.Settings.Scheduler is Schedulers.Wrr or "mh";
        yield return new IpvsChange.AddService(isDear ? want.Settings with { Scheduler = Schedulers.None } : want.Settings);
        foreach (var destination in want.Destinations.Values)
        {
            yield return new IpvsChange.AddDestination(want.Settings.Key, destination);
        }

        if (isDear)
        {
            yield return new IpvsChange.UpdateService(want.Settings);
        }
    }

    private static IEnumerable<IpvsChange> Edit(KernelService have, KernelService want, Func<DestinationKey, bool> owns)
    {
        var service = want.Settings.Key;
        if (have.Settings != want.Settings)
        {
            yield return new IpvsChange.UpdateService(want.Settings);
        }

        foreach (var (key, destination) in want.Destinations)
        {
            if (!have.Destinations.TryGetValue(key, out var current))
            {
                yield return new IpvsChange.AddDestination(service, destination);
            }
            else if (current != destination)
            {
                yield return new IpvsChange.UpdateDestination(service, destination);
            }
        }

        foreach (var key in have.Destinations.Keys)
        {
            if (!want.Destinations.ContainsKey(key) && owns(key))
            {
                yield return new IpvsChange.RemoveDestination(service, key);
            }
        }
    }
}
