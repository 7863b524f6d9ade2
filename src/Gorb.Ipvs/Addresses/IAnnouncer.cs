using System.Net;

namespace Gorb.Ipvs.Addresses;

/// <summary>Announces to the neighbours on a link that this host has an address.</summary>
public interface IAnnouncer : IDisposable
{
    /// <summary>
    /// Sends one gratuitous ARP request (RFC 5227, 3) or one unsolicited neighbour advertisement (RFC 4861, 7.2.6). A frame can be lost: send several,
    /// some of them seconds later.
    /// </summary>
    /// <param name="link">The link of the neighbours.</param>
    /// <param name="address">An address of this host.</param>
    /// <returns>False when nothing was sent because the link is down, is not Ethernet or does not use ARP.</returns>
    /// <exception cref="AddressException">The frame could not be sent.</exception>
    bool Announce(NetworkLink link, IPAddress address);
}
