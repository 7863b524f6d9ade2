using System.Net;
using Gorb.Ipvs.Interop;

namespace Gorb.Ipvs.Addresses;

/// <summary>Tells the neighbours on a link that an address is here now. Needs CAP_NET_RAW. Not thread-safe.</summary>
/// <remarks>It belongs to the network namespace of the thread that makes it.</remarks>
public sealed class Announcer : IDisposable
{
    private const int EthernetBytes = 6;

    private readonly PacketSocket _socket = PacketSocket.Open();

    /// <summary>
    /// Sends one gratuitous ARP request (RFC 5227, 3) or one unsolicited neighbour advertisement (RFC 4861, 7.2.6). A frame may be lost: send several, some of them seconds later.
    /// </summary>
    /// <param name="link">The link that the neighbours are on.</param>
    /// <param name="address">An address that this host answers for there.</param>
    /// <returns>False when nothing was sent, since the link has no Ethernet neighbours or is down.</returns>
    /// <exception cref="AddressException">The frame could not be sent.</exception>
    public bool Announce(NetworkLink link, IPAddress address)
    {
        if (!link.IsEthernet || !link.IsUp || link.HardwareAddress.GetAddressBytes().Length != EthernetBytes)
        {
            return false;
        }

        _socket.Send(link.Index, Announcement.Frame(address, link.HardwareAddress));
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
