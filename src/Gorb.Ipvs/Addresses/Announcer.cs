using System.Net;
using Gorb.Ipvs.Interop;

namespace Gorb.Ipvs.Addresses;

/// <summary>Announces to the neighbours on a link that this host has an address. Needs CAP_NET_RAW. Not thread-safe.</summary>
/// <remarks>It belongs to the network namespace of the thread that creates it.</remarks>
public sealed class Announcer : IDisposable
{
    private const int EthernetBytes = 6;

    private readonly PacketSocket _socket = PacketSocket.Open();

    /// <summary>
    /// Sends one gratuitous ARP request (RFC 5227, 3) or one unsolicited neighbour advertisement (RFC 4861, 7.2.6). A frame can be lost: send several,
    /// some of them seconds later.
    /// </summary>
    /// <param name="link">The link of the neighbours.</param>
    /// <param name="address">An address of this host on that link.</param>
    /// <returns>False when nothing was sent because the link is down or is not Ethernet.</returns>
    /// <exception cref="AddressException">The frame could not be sent.</exception>
    public bool Announce(NetworkLink link, IPAddress address)
    {
        if (!link.IsEthernet || !link.IsUp || link.HardwareAddress.GetAddressBytes().Length != EthernetBytes)
        {
            return false;
        }

        _socket.Send(link.Index, Announcement.BuildFrame(address, link.HardwareAddress));
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
