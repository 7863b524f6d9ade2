using System.Collections.Concurrent;
using Gorb.Ipvs;
using Gorb.Ipvs.Netlink;
using Gorb.Model;

namespace Gorb.Targets.Ipvs;

/// <summary>
/// Keeps the counters of backends that are removed from the kernel while they are down, because the kernel drops its counters with the entry. The counters are not
/// saved; after a restart, counting begins with the kernel's values.
/// </summary>
/// <remarks>
/// The kernel keeps a removed destination for about two minutes (ip_vs_ctl.c, dest_trash). A destination that is added again within that time still has its counters; later
/// its counters begin at 0. The kernel sums counters up on a timer (ip_vs_est.c), so the values read are up to two seconds old.
/// </remarks>
internal sealed class KeptCounters
{
    private readonly ConcurrentDictionary<KernelKey, Kept> _kept = [];

    /// <summary>
    /// Reads the counters of backends that the changes remove from the kernel only, and forgets those of backends that leave the table. The writer calls it before
    /// it sends the changes.
    /// </summary>
    /// <param name="client">The kernel.</param>
    /// <param name="changes">The changes to be sent.</param>
    /// <param name="wanted">The table after the changes. A backend that is still in this table is removed from the kernel only.</param>
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

    /// <summary>Determines whether backends that were added again still have their counters. The writer calls it after the changes are made.</summary>
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

    /// <summary>Returns the counters of a backend since it was added to the table, as far as this run of the daemon has seen them.</summary>
    /// <param name="service">The service.</param>
    /// <param name="backend">The backend's address and port.</param>
    /// <param name="kernel">The kernel's current counters; null when the kernel does not have the backend.</param>
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
            // A failover does not wait for counters. The change itself reports the kernel's error.
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

    /// <param name="Base">The sum of the counters of entries that the kernel no longer has.</param>
    /// <param name="Last">The counters of the entry when it was removed. The kernel may still have them.</param>
    /// <param name="IsOut">True until the backend is added again.</param>
    private readonly record struct Kept(Counters Base, Counters Last, bool IsOut)
    {
        /// <summary>
        /// Returns the counters after the backend is added again. If the kernel counts at least as much as before, the entry is the same one, else a new one.
        /// </summary>
        public Kept Back(Counters now) => new(now.Connections >= Last.Connections && now.InPackets >= Last.InPackets ? Base : Sum(Base, Last), default, IsOut: false);
    }
}
