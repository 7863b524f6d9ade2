using System.Buffers.Binary;
using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Filters;

namespace Gorb.Doctor.Packets;

/// <summary>A packet as far as it is known: a client may be anybody, and comes from any port.</summary>
/// <param name="IsV4">True for IPv4.</param>
/// <param name="Protocol">The transport.</param>
internal sealed record Packet(bool IsV4, TransportProtocol Protocol)
{
    private const uint NewConnection = 1 << 3; // NF_CT_STATE_BIT(IP_CT_NEW)

    /// <summary>The number of the protocol in the packet's header: that of the transport, or that of the tunnel which carries it.</summary>
    public byte HeaderProtocol { get; init; } = (byte)Protocol;

    public IPAddress? Source { get; init; }

    public IPAddress? Destination { get; init; }

    /// <summary>True for the first packet of a connection.</summary>
    public bool IsFirst { get; init; }

    public ushort? SourcePort { get; init; }

    public ushort? DestinationPort { get; init; }

    /// <summary>True when a chain sees packets of this family.</summary>
    public bool IsSeenBy(FilterChain chain) => chain.Family == "inet" || chain.Family == (IsV4 ? "ip" : "ip6");

    /// <summary>A field's bytes; null when it is not known.</summary>
    public byte[]? Value(FilterField field) => field switch
    {
        FilterField.Family => [IsV4 ? (byte)2 : (byte)10],
        FilterField.Protocol => [HeaderProtocol],
        FilterField.Source => Source?.GetAddressBytes(),
        FilterField.Destination => Destination?.GetAddressBytes(),
        FilterField.SourcePort => Bytes(SourcePort),
        FilterField.DestinationPort => Bytes(DestinationPort),
        FilterField.TrackingState when IsFirst => BitConverter.GetBytes(NewConnection),
        _ => null,
    };

    /// <summary>Whether a packet of a client can pass a test of its device, which is any but lo; null for another field, or when that depends on the device.</summary>
    public bool? FromOutside(FilterTest test)
    {
        ReadOnlySpan<byte> loopback = test.Field switch
        {
            FilterField.InputLink => BitConverter.GetBytes(1u),
            FilterField.InputName => "lo\0\0\0\0\0\0\0\0\0\0\0\0\0\0"u8,
            _ => [],
        };
        return !loopback.IsEmpty && IsFirst && loopback.SequenceEqual(test.Min) && loopback.SequenceEqual(test.Max) ? test.IsNegated : null;
    }

    private static byte[]? Bytes(ushort? port)
    {
        if (port is not { } number)
        {
            return null;
        }

        var bytes = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, number);
        return bytes;
    }
}
