using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;

namespace Gorb.Ipvs.Addresses;

/// <summary>Ethernet frames of IPv6 neighbour discovery (RFC 4861).</summary>
internal static class NeighborFrame
{
    /// <summary>The types of their ICMPv6 messages.</summary>
    public const byte Solicitation = 135, AdvertisementType = 136;

    /// <summary>Where the ICMPv6 message begins in a frame without extension headers, and where in it the target is.</summary>
    public const int MessageAt = EthernetFrame.HeaderBytes + IpHeader, TargetAt = MessageAt + 8;

    /// <summary>The IPv6 protocol number of ICMPv6, and where in a frame it is.</summary>
    public const byte Icmp = 58;
    public const int ProtocolAt = EthernetFrame.HeaderBytes + 6;

    private const int IpHeader = 40, SolicitationBytes = 24, AdvertisementBytes = 32;

    private static ReadOnlySpan<byte> AllNodes => [0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

    /// <summary>An unsolicited advertisement to all nodes (7.2.6) that makes them replace what they know.</summary>
    public static byte[] Advertise(IPAddress address, PhysicalAddress hardware)
    {
        var frame = Begin([0x33, 0x33, 0, 0, 0, 1], hardware, address.GetAddressBytes(), AllNodes, AdvertisementBytes);
        var message = frame.AsSpan(MessageAt);
        message[0] = AdvertisementType;
        message[4] = 0x20; // override: neighbours replace their cache entry
        address.GetAddressBytes().CopyTo(message[8..]);
        message[24] = 2; // option: target link-layer address
        message[25] = 1; // length in units of eight bytes
        hardware.GetAddressBytes().CopyTo(message[26..]);
        return Seal(frame);
    }

    /// <summary>The question of duplicate address detection (RFC 4862, 5.4.2): it names no sender, so that no host changes its neighbour table, and a host that has the address answers to all nodes.</summary>
    public static byte[] Solicit(IPAddress address, PhysicalAddress hardware)
    {
        var target = address.GetAddressBytes();
        var end = target.AsSpan(13);
        var frame = Begin(
            [0x33, 0x33, 0xFF, .. end], hardware, new byte[16], [0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xFF, .. end], SolicitationBytes);
        var message = frame.AsSpan(MessageAt);
        message[0] = Solicitation;
        target.CopyTo(message[8..]);
        return Seal(frame);
    }

    private static byte[] Begin(ReadOnlySpan<byte> to, PhysicalAddress hardware, ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, int messageBytes)
    {
        var frame = new byte[MessageAt + messageBytes];
        EthernetFrame.WriteHeader(frame, to, hardware, 0x86DD);
        var header = frame.AsSpan(EthernetFrame.HeaderBytes, IpHeader);
        header[0] = 0x60; // version 6
        header[5] = (byte)messageBytes;
        header[6] = Icmp;
        header[7] = 255; // receivers drop any other hop limit
        source.CopyTo(header[8..]);
        destination.CopyTo(header[24..]);
        return frame;
    }

    /// <summary>Writes the checksum of ICMPv6 (RFC 4443, 2.3): over source, destination, length, next header and the message.</summary>
    private static byte[] Seal(byte[] frame)
    {
        var header = frame.AsSpan(EthernetFrame.HeaderBytes, IpHeader);
        var message = frame.AsSpan(MessageAt);
        var sum = (uint)(message.Length + header[6]) + Sum(header[8..]) + Sum(message);
        while (sum > ushort.MaxValue)
        {
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        }

        BinaryPrimitives.WriteUInt16BigEndian(message[2..], (ushort)~sum);
        return frame;
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
