using System.Collections.Concurrent;
using Gorb.Ipvs;
using Gorb.Ipvs.Netlink;
using Gorb.Model;

namespace Gorb.Targets.Ipvs;

/// <summary>
/// The counters of backends that are taken out of the kernel while they are down: the kernel's own go with its entry. Not saved; a restart begins with what the kernel has.
/// </summary>
/// <remarks>
/// The kernel keeps a removed destination for about two minutes (ip_vs_ctl.c, dest_trash). One that comes back within that time has its counters still, one that comes back later
/// begins at 0. Its counters are up to two seconds old when they are read, since they are added up on a timer (ip_vs_est.c).
/// </remarks>
internal sealed class KeptCounters
{
    private readonly ConcurrentDictionary<KernelKey, Kept> _kept = [];

    /// <summary>Reads the counters of backends that changes take out of the kernel, and forgets those of entries that go for good. Called by the writer before it sends the changes.</summary>
    /// <param name="client">The kernel.</param>
    /// <param name="changes">What will be sent.</param>
    /// <param name="wanted">The table as it will be: a backend that is still in it is only out of the kernel.</param>
    public void BeforeApply(IIpvsClient client, IReadOnlyList<IpvsChange> changes, Table wanted)
    {
        foreach (var service in changes.Where(static change => change is IpvsChange.RemoveDestination or IpvsChange.RemoveService).GroupBy(static change => change.Service))
        {
            var backends = wanted.Names.TryGetValue(service.Key, out var name) ? wanted.Services[name].Backends.Values.Select(static backend => backend.Spec.Key).ToHashSet() : [];
            var leaving = service.Select(static change => change.Destination).OfType<DestinationKey>().Where(backends.Contains).ToHashSet();
            foreach (var key in _kept.Keys.Where(key => key.Service == service.Key && !backends.Contains(key.Destination!.Value)))
            {
                _kept.TryRemove(key, out _);
            }

            if (leaving.Count > 0)
            {
                Read(client, service.Key, leaving, static (kept, counters) => kept with { Last = counters, IsOut = true });
            }
        }
    }

    /// <summary>Finds out whether backends that came back have their counters still. Called by the writer when the changes are done.</summary>
    public void AfterApply(IIpvsClient client, IReadOnlyList<ChangeResult> results)
    {
        if (_kept.IsEmpty)
        {
            return;
        }

        var returned = results.Where(static result => result is { Succeeded: true, Change: IpvsChange.AddDestination }).Select(static result => result.Change);
        foreach (var service in returned.Where(change => _kept.ContainsKey(new KernelKey(change.Service, change.Destination))).GroupBy(static change => change.Service))
        {
            var back = service.Select(static change => change.Destination).OfType<DestinationKey>().ToHashSet();
            Read(client, service.Key, back, static (kept, counters) => kept.IsOut ? kept.Back(counters) : kept);
        }
    }

    /// <summary>The counters of a backend since it is in the table, as far as this run of the daemon has seen them.</summary>
    /// <param name="service">The service.</param>
    /// <param name="backend">The backend's address and port.</param>
    /// <param name="kernel">What the kernel has of it now; null for nothing.</param>
    public Counters Total(ServiceKey service, DestinationKey backend, Counters? kernel) =>
        !_kept.TryGetValue(new KernelKey(service, backend), out var kept) ? kernel ?? default
        : kernel is { } present ? Sum(present, kept.Base)
        : Sum(kept.Base, kept.Last);

    private void Read(IIpvsClient client, ServiceKey service, HashSet<DestinationKey> backends, Func<Kept, Counters, Kept> change)
    {
        try
        {
            foreach (var entry in client.GetDestinations(service).Where(entry => backends.Contains(entry.Destination.Key)))
            {
                var key = new KernelKey(service, entry.Destination.Key);
                _kept[key] = change(_kept.GetValueOrDefault(key), entry.Counters);
            }
        }
        catch (Exception error) when (error is IpvsException or NetlinkException)
        {
            // A failover does not wait for counters. What is wrong with the kernel is told by the change itself.
        }
    }

    private static Counters Sum(Counters present, Counters past) => present with
    {
        Connections = present.Connections + past.Connections,
        InPackets = present.InPackets + past.InPackets,
        OutPackets = present.OutPackets + past.OutPackets,
        InBytes = present.InBytes + past.InBytes,
        OutBytes = present.OutBytes + past.OutBytes,
    };

    /// <param name="Base">What entries counted that the kernel has no longer.</param>
    /// <param name="Last">What the entry had counted when it was taken out; the kernel may have it still.</param>
    /// <param name="IsOut">True until it is back.</param>
    private readonly record struct Kept(Counters Base, Counters Last, bool IsOut)
    {
        /// <summary>The entry is back: with at least as much as before it is the same one, else a new one.</summary>
        public Kept Back(Counters now) => new(now.Connections >= Last.Connections && now.InPackets >= Last.InPackets ? Base : Sum(Base, Last), default, IsOut: false);
    }
}
