using System.Net;
using Gorb.Etcd;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;
using Gorb.Logging;

namespace Gorb.Leases;

/// <summary>The addresses that are on this host as long as its lease lives. Not thread-safe.</summary>
/// <param name="host">This host.</param>
/// <param name="clock">The clock of the lease.</param>
/// <param name="failed">Told an address and why it could not be changed, once as long as it fails in this way.</param>
internal sealed class HeldAddresses(IAddressHost host, TimeProvider clock, Action<string, string> failed)
{
    private readonly HashSet<IPAddress> _held = [];
    private readonly RepeatFilter _repeats = new();

    public List<IPAddress> ToList() => [.. _held];

    public bool Contains(IPAddress address) => _held.Contains(address);

    /// <summary>Adds an address for what is left of the lease.</summary>
    public void Add(IPAddress address, EtcdLease lease)
    {
        host.Hold(address, LeaseOptions.ValidFor(lease.Left(clock)));
        _held.Add(address);
    }

    /// <summary>Extends the time of all addresses. Where that fails, the kernel removes the address in time, and the next renewal tries to add it again.</summary>
    public void Refresh(EtcdLease lease)
    {
        foreach (var address in _held)
        {
            Try(address, () => host.Hold(address, LeaseOptions.ValidFor(lease.Left(clock))));
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
