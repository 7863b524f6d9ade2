using System.Net;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Addresses;

/// <summary>Reads and changes the links and addresses of a network namespace. Not thread-safe.</summary>
/// <remarks>Every call throws <see cref="AddressException"/> when the kernel refuses, and <see cref="NetlinkException"/> when the netlink exchange breaks.</remarks>
public interface IAddressClient : IDisposable
{
    /// <summary>All links of the namespace.</summary>
    IReadOnlyList<NetworkLink> GetLinks();

    /// <summary>Finds a link by name; null when there is none.</summary>
    NetworkLink? FindLink(string name);

    /// <summary>All IPv4 and IPv6 addresses of the namespace, on every link.</summary>
    IReadOnlyList<LinkAddress> GetAddresses();

    /// <summary>
    /// Adds a host address (/32 or /128) to a link; IPv6 without duplicate address detection. If the address exists, only its lifetime changes.
    /// </summary>
    /// <param name="link">The link's number.</param>
    /// <param name="address">The address.</param>
    /// <param name="validFor">The kernel removes the address after this time, in whole seconds, unless it is added again; null for never.</param>
    void Add(uint link, IPAddress address, TimeSpan? validFor = null);

    /// <summary>Removes a host address (/32 or /128) from a link.</summary>
    /// <returns>False when the link does not exist or does not have the address.</returns>
    bool Remove(uint link, IPAddress address);

    /// <summary>Creates a dummy device: it holds addresses and drops packets. An existing device of that name is left as it is.</summary>
    void AddDummy(string name);

    /// <summary>Sets a link up.</summary>
    void SetUp(uint link);
}
