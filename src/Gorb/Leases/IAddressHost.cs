using System.Net;

namespace Gorb.Leases;

/// <summary>
/// What this host does for the addresses that it holds. Every call may fail with <see cref="Ipvs.Addresses.AddressException"/>, <see cref="Ipvs.Netlink.NetlinkException"/> or
/// <see cref="LeaseException"/>.
/// </summary>
internal interface IAddressHost
{
    /// <summary>Returns the hardware address of another host that answers for an address; null if none does. Waits for answers, for several tenths of a second.</summary>
    /// <exception cref="LeaseException">This host has the address by another program's doing.</exception>
    string? FindOtherHolder(IPAddress address);

    /// <summary>
    /// Saves the young connections of an address that another director has just handed over, and that this host is about to get: see <see cref="HandoverGuard"/>. It ends by itself.
    /// </summary>
    void Guard(IPAddress address);

    /// <summary>Adds an address, or extends the time that it stays.</summary>
    /// <param name="address">The address.</param>
    /// <param name="validFor">The kernel removes it after this time, in whole seconds.</param>
    void Hold(IPAddress address, TimeSpan validFor);

    /// <summary>Removes an address at once; one that is not there does not matter.</summary>
    void Release(IPAddress address);

    /// <summary>Tells the neighbours that an address is here now.</summary>
    void Announce(IPAddress address);
}
