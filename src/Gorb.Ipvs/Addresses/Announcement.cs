using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Gorb.Ipvs.Addresses;

/// <summary>Builds the Ethernet frame that announces on which hardware address an IP address is now.</summary>
internal static class Announcement
{
    /// <summary>A gratuitous ARP request (RFC 5944, 4.6; RFC 5227, 3) for IPv4, an unsolicited neighbour advertisement (RFC 4861, 7.2.6) for IPv6.</summary>
    /// <param name="address">The address.</param>
    /// <param name="hardware">The six bytes of the sender's Ethernet address.</param>
    public static byte[] BuildFrame(IPAddress address, PhysicalAddress hardware) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? NeighborFrame.Advertise(address, hardware) : ArpRequest(address, hardware);

    private static byte[] ArpRequest(IPAddress address, PhysicalAddress hardware)
    {
        var frame = new byte[EthernetFrame.HeaderBytes + 28];
        EthernetFrame.WriteHeader(frame, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], hardware, 0x0806);
        var arp = frame.AsSpan(EthernetFrame.HeaderBytes);
        ReadOnlySpan<byte> kind = [0, 1, 8, 0, 6, 4, 0, 1]; // Ethernet, IPv4, their lengths, request: RFC 5227 prescribes a request, and every host accepts it
        kind.CopyTo(arp);
        hardware.GetAddressBytes().CopyTo(arp[8..]);
        address.GetAddressBytes().CopyTo(arp[14..]);
        address.GetAddressBytes().CopyTo(arp[24..]); // sender and target are the same: that makes it gratuitous
        return frame;
    }
}
