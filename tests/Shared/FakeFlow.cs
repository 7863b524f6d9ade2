using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs;
using Gorb.Ipvs.Conntrack;

namespace Gorb.Tests.Shared;

/// <summary>An entry of the connection tracking table.</summary>
/// <param name="Id">The entry's id.</param>
/// <param name="Client">The client's endpoint.</param>
/// <param name="Service">The destination of the client's packets.</param>
/// <param name="Server">The destination after translation.</param>
internal sealed record FakeFlow(uint Id, IPEndPoint Client, IPEndPoint Service, IPEndPoint Server)
{
    public TransportProtocol Protocol { get; init; } = TransportProtocol.Udp;

    public EntryStatus Status { get; init; }

    public ushort Zone { get; init; }

    /// <summary>The bytes of the tuple attribute that identifies the entry in a request.</summary>
    public byte[] Name => Tuple(Client, Service);

    /// <summary>The entry's attributes as the kernel encodes them.</summary>
    public byte[] Attributes =>
    [
        .. FakeReply.Attribute((ushort)ConntrackAttribute.Original, Name),
        .. FakeReply.Attribute((ushort)ConntrackAttribute.Reply, Tuple(Server, Client)),
        .. FakeReply.Attribute((ushort)ConntrackAttribute.Id, BigEndian(Id)),
        .. FakeReply.Attribute((ushort)ConntrackAttribute.Status, BigEndian((uint)Status)),
        .. Zone == 0 ? [] : FakeReply.Attribute((ushort)ConntrackAttribute.Zone, Port(Zone)),
    ];

    public static byte[] BigEndian(uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private byte[] Tuple(IPEndPoint from, IPEndPoint to)
    {
        var isV6 = from.AddressFamily == AddressFamily.InterNetworkV6;
        return
        [
            .. FakeReply.Nest((ushort)TupleAttribute.Addresses,
            [
                new((ushort)(isV6 ? AddressAttribute.Source6 : AddressAttribute.Source4), from.Address.GetAddressBytes()),
                new((ushort)(isV6 ? AddressAttribute.Destination6 : AddressAttribute.Destination4), to.Address.GetAddressBytes()),
            ]),
            .. FakeReply.Nest((ushort)TupleAttribute.Transport,
            [
                new((ushort)TransportAttribute.Protocol, [(byte)Protocol]),
                new((ushort)TransportAttribute.SourcePort, Port((ushort)from.Port)),
                new((ushort)TransportAttribute.DestinationPort, Port((ushort)to.Port)),
            ]),
        ];
    }

    private static byte[] Port(ushort value) => [(byte)(value >> 8), (byte)value];
}
