using System.Buffers.Binary;
using System.Net;

namespace Gorb.Ipvs.Probes;

/// <summary>Builds the packets of pings.</summary>
internal static class EchoPacket
{
    /// <summary>IPv4 and ICMP headers.</summary>
    public const int MinBytes = IpHeader + IcmpHeader;

    private const int IpHeader = 20, IcmpHeader = 8;
    private const byte Icmp = 1, Ipip = 4, Udp = 17, Gre = 47;

    /// <summary>Builds an IPv4 packet: the ping, or its tunnel's packet.</summary>
    /// <param name="target">The target.</param>
    /// <param name="id">The identifier of the ping, and of the outermost IP header.</param>
    /// <param name="sequence">The number of the ping.</param>
    public static byte[] Build(EchoTarget target, ushort id, ushort sequence)
    {
        var echo = Echo(target, id, sequence);
        if (target.TunnelEnd is not { } end)
        {
            return echo;
        }

        return target.Tunnel.Type switch
        {
            TunnelType.Gue => Wrap(target.Source, end, Udp, [.. UdpHeader(target.Tunnel.Port, echo.Length + 4), 0, Ipip, 0, 0, .. echo], sequence),
            TunnelType.Gre => Wrap(target.Source, end, Gre, [.. GreHeader(target.Tunnel.Checksum, echo), .. echo], sequence),
            _ => Wrap(target.Source, end, Ipip, echo, sequence),
        };
    }

    private static byte[] Echo(EchoTarget target, ushort id, ushort sequence)
    {
        var icmp = new byte[Math.Max(target.Size - IpHeader, IcmpHeader)];
        icmp[0] = 8; // echo request
        BinaryPrimitives.WriteUInt16BigEndian(icmp.AsSpan(4), id);
        BinaryPrimitives.WriteUInt16BigEndian(icmp.AsSpan(6), sequence);
        BinaryPrimitives.WriteUInt16BigEndian(icmp.AsSpan(2), Checksum(icmp));
        return Wrap(target.Source, target.Destination, Icmp, icmp, sequence);
    }

    private static byte[] Wrap(IPAddress source, IPAddress destination, byte protocol, byte[] payload, ushort id)
    {
        var packet = new byte[IpHeader + payload.Length];
        packet[0] = 0x45; // version 4, header of 5 words
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)(id + 1)); // 0 would let the kernel choose
        packet[6] = 0x40; // do not fragment
        packet[8] = 64; // time to live
        packet[9] = protocol;
        source.GetAddressBytes().CopyTo(packet, 12);
        destination.GetAddressBytes().CopyTo(packet, 16);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Checksum(packet.AsSpan(0, IpHeader)));
        payload.CopyTo(packet, IpHeader);
        return packet;
    }

    private static byte[] UdpHeader(ushort port, int payload)
    {
        var header = new byte[8];
        BinaryPrimitives.WriteUInt16BigEndian(header, 49152); // any source port
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), port);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)(header.Length + payload));
        return header; // without a checksum, as IPv4 allows
    }

    private static byte[] GreHeader(TunnelChecksum checksum, byte[] payload)
    {
        if (checksum == TunnelChecksum.None)
        {
            return [0, 0, 8, 0];
        }

        byte[] header = [0x80, 0, 8, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), Checksum([.. header, .. payload]));
        return header;
    }

    /// <summary>The Internet checksum (RFC 1071).</summary>
    private static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0u;
        for (; bytes.Length >= 2; bytes = bytes[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        }

        sum += bytes.IsEmpty ? 0u : (uint)bytes[0] << 8;
        while (sum > ushort.MaxValue)
        {
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
