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
    public IPAddress? Source { get; init; }

    public IPAddress? Destination { get; init; }

    public ushort? SourcePort { get; init; }

    public ushort? DestinationPort { get; init; }

    /// <summary>True when a chain sees packets of this family.</summary>
    public bool IsSeenBy(FilterChain chain) => chain.Family == "inet" || chain.Family == (IsV4 ? "ip" : "ip6");

    /// <summary>A field's bytes; null when it is not known.</summary>
    public byte[]? Value(FilterField field) => field switch
    {
        FilterField.Family => [IsV4 ? (byte)2 : (byte)10],
        FilterField.Protocol => [(byte)Protocol],
        FilterField.Source => Source?.GetAddressBytes(),
        FilterField.Destination => Destination?.GetAddressBytes(),
        FilterField.SourcePort => Bytes(SourcePort),
        FilterField.DestinationPort => Bytes(DestinationPort),
        _ => null,
    };

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
