using System.Net;
using Gorb.Etcd;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;
using Gorb.Logging;

namespace Gorb.Leases;

/// <summary>The addresses that are on this host as long as its lease lives. Not thread-safe.</summary>
/// <param name="host">This host.</param>
/// <param name="options">The times of the lease.</param>
/// <param name="clock">The clock of the lease.</param>
/// <param name="failed">Told an address and why it could not be changed, once as long as it fails in this way.</param>
internal sealed class HeldAddresses(IAddressHost host, LeaseOptions options, TimeProvider clock, Action<string, string> failed)
{
    private readonly HashSet<IPAddress> _held = [];
    private readonly RepeatFilter _repeats = new();

    public List<IPAddress> ToList() => [.. _held];

    public bool Contains(IPAddress address) => _held.Contains(address);

    /// <summary>Adds an address for what is left of the lease.</summary>
    /// <returns>False when too little is left: the address is not here then.</returns>
    public bool Add(IPAddress address, EtcdLease lease)
    {
        var isHeld = Hold(address, lease);
        if (isHeld)
        {
            _held.Add(address);
        }

        return isHeld;
    }

    /// <summary>
    /// Extends the time of all addresses. Where that fails, the kernel removes the address in time, and the next renewal tries to add it again. Addresses are given up when too little of the
    /// lease is left.
    /// </summary>
    public void Refresh(EtcdLease lease)
    {
        foreach (var address in ToList())
        {
            Try(address, () =>
            {
                if (!Hold(address, lease))
                {
                    _held.Remove(address);
                }
            });
        }
    }

    /// <summary>Removes an address, if it is held. Where that fails, the kernel removes it in time.</summary>
    public void Drop(IPAddress address)
    {
        if (_held.Remove(address))
        {
            Try(address, () => host.Release(address));
        }
    }

    /// <summary>
    /// Adds an address, or extends its time. The process can be stopped at any point, for longer than the lease lives: what the kernel was told is then too long, and is corrected before
    /// anything else happens.
    /// </summary>
    private bool Hold(IPAddress address, EtcdLease lease)
    {
        TimeSpan validFor;
        do
        {
            if (clock.GetElapsedTime(lease.SentAt) >= options.GiveUpAfter)
            {
                host.Release(address);
                return false;
            }

            validFor = LeaseOptions.ValidFor(lease.Left(clock));
            host.Hold(address, validFor);
        }
        while (LeaseOptions.ValidFor(lease.Left(clock)) < validFor || clock.GetElapsedTime(lease.SentAt) >= options.GiveUpAfter);

        return true;
    }

    private void Try(IPAddress address, Action change)
    {
        try
        {
            change();
            _repeats.End(address.ToString());
        }
        catch (Exception error) when (error is AddressException or NetlinkException or LeaseException)
        {
            if (_repeats.IsNew(error.Message, address.ToString()))
            {
                failed(address.ToString(), error.Message);
            }
        }
    }
}
