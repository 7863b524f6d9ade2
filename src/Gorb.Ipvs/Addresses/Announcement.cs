using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Gorb.Ipvs.Addresses;

/// <summary>Builds the Ethernet frame that announces on which hardware address an IP address is now.</summary>
internal static class Announcement
{
    private const int EthernetHeader = 14;

    /// <summary>A gratuitous ARP request (RFC 5944, 4.6; RFC 5227, 3) for IPv4, an unsolicited neighbour advertisement (RFC 4861, 7.2.6) for IPv6.</summary>
    /// <param name="address">The address.</param>
    /// <param name="hardware">The six bytes of the sender's Ethernet address.</param>
    public static byte[] BuildFrame(IPAddress address, PhysicalAddress hardware) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? NeighborAdvertisement(address, hardware) : ArpRequest(address, hardware);

    private static byte[] ArpRequest(IPAddress address, PhysicalAddress hardware)
    {
        var frame = new byte[EthernetHeader + 28];
        WriteEthernet(frame, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], hardware, 0x0806);
        var arp = frame.AsSpan(EthernetHeader);
        ReadOnlySpan<byte> kind = [0, 1, 8, 0, 6, 4, 0, 1]; // Ethernet, IPv4, their lengths, request: RFC 5227 prescribes a request, and every host accepts it
        kind.CopyTo(arp);
        hardware.GetAddressBytes().CopyTo(arp[8..]);
        address.GetAddressBytes().CopyTo(arp[14..]);
        address.GetAddressBytes().CopyTo(arp[24..]); // sender and target are the same: that makes it gratuitous
        return frame;
    }

    private static byte[] NeighborAdvertisement(IPAddress address, PhysicalAddress hardware)
    {
        const int ip = 40, icmp = 32;
        var frame = new byte[EthernetHeader + ip + icmp];
        WriteEthernet(frame, [0x33, 0x33, 0, 0, 0, 1], hardware, 0x86DD);
        var header = frame.AsSpan(EthernetHeader, ip);
        header[0] = 0x60; // version 6
        header[5] = icmp;
        header[6] = 58; // ICMPv6
        header[7] = 255; // RFC 4861: receivers drop any other hop limit
        address.GetAddressBytes().CopyTo(header[8..]);
        ReadOnlySpan<byte> allNodes = [0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
        allNodes.CopyTo(header[24..]);
        var message = frame.AsSpan(EthernetHeader + ip);
        message[0] = 136; // neighbour advertisement
        message[4] = 0x20; // override: neighbours replace their cache entry
        address.GetAddressBytes().CopyTo(message[8..]);
        message[24] = 2; // option: target link-layer address
        message[25] = 1; // length in units of eight bytes
        hardware.GetAddressBytes().CopyTo(message[26..]);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], Checksum(header, message));
        return frame;
    }

    private static void WriteEthernet(Span<byte> frame, ReadOnlySpan<byte> to, PhysicalAddress from, ushort type)
    {
        to.CopyTo(frame);
        from.GetAddressBytes().CopyTo(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], type);
    }

    /// <summary>The checksum of ICMPv6 (RFC 4443, 2.3): over source, destination, length, next header and the message.</summary>
    private static ushort Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> message)
    {
        var sum = (uint)(message.Length + header[6]) + Sum(header[8..]) + Sum(message);
        while (sum > ushort.MaxValue)
        {
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    private static uint Sum(ReadOnlySpan<byte> words)
    {
        var sum = 0u;
        for (; words.Length >= 2; words = words[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(words);
        }

        return sum;
    }
}
