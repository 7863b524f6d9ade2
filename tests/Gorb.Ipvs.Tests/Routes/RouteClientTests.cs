using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Routes;
using Gorb.Tests.Shared;

namespace Gorb.Ipvs.Tests.Routes;

public sealed class RouteClientTests
{
    private static readonly IPAddress Four = IPAddress.Parse("10.9.0.21"), Six = IPAddress.Parse("fd00:9::21");

    [Fact]
    public void Lookup_AsksWithAllThatThePacketHas()
    {
        var socket = new Socket(static request => [FakeReply.Message((MessageType)24, MessageFlags.None, request.Sequence, Socket.Port, Body(2))]);
        using var client = new RouteClient(() => socket);

        client.Lookup(new RouteQuery(Four) { Source = IPAddress.Parse("10.9.0.1"), InputLink = 3, OutputLink = 4, Mark = 7 });

        var sent = socket.Sent.Single();
        sent[MessageHeader.Size..(MessageHeader.Size + 12)].Should().Equal(2, 32, 32, 0, 0, 0, 0, 0, 0, 0x10, 0, 0);
        sent[(MessageHeader.Size + 12)..].Should().Equal(
        [
            .. FakeReply.Attribute(1, Four.GetAddressBytes()), .. FakeReply.Attribute(2, [10, 9, 0, 1]), .. FakeReply.Attribute(3, BitConverter.GetBytes(3u)),
            .. FakeReply.Attribute(4, BitConverter.GetBytes(4u)), .. FakeReply.Attribute(16, BitConverter.GetBytes(7u)),
        ]);
    }

    [Fact]
    public void Lookup_ReadsTheRoute()
    {
        byte[] attributes =
        [
            .. FakeReply.Attribute(15, BitConverter.GetBytes(300u)), .. FakeReply.Attribute(4, BitConverter.GetBytes(5u)), .. FakeReply.Attribute(7, [10, 9, 0, 1]),
            .. FakeReply.Attribute(18, [10, 0, .. Six.GetAddressBytes()]), .. FakeReply.Attribute(8, FakeReply.Attribute(2, BitConverter.GetBytes(1400u))), .. FakeReply.Attribute(99, [1]),
        ];
        var socket = new Socket(request => [FakeReply.Message((MessageType)24, MessageFlags.None, request.Sequence, Socket.Port, Body(1, attributes))]);
        using var client = new RouteClient(() => socket);

        client.Lookup(new RouteQuery(Four)).Should().Be(new RouteAnswer(
            new Route { Type = RouteType.Unicast, Table = 300, Link = 5, Gateway = Six, Source = IPAddress.Parse("10.9.0.1"), Mtu = 1400 }, Errno.None));
    }

    [Theory]
    [InlineData(Errno.ENETUNREACH)]
    [InlineData(Errno.EXDEV)]
    public void Lookup_OfAPacketThatIsNotRouted_SaysWhy(Errno errno)
    {
        var socket = new Socket(request => [FakeReply.Error(request, Socket.Port, errno)]);
        using var client = new RouteClient(() => socket);

        client.Lookup(new RouteQuery(Six)).Should().Be(new RouteAnswer(null, errno));
    }

    [Fact]
    public void Lookup_OfATruncatedAnswer_IsAnError()
    {
        var socket = new Socket(static request => [FakeReply.Message((MessageType)24, MessageFlags.None, request.Sequence, Socket.Port, [2, 32])]);
        using var client = new RouteClient(() => socket);

        client.Invoking(one => one.Lookup(new RouteQuery(Four))).Should().Throw<NetlinkProtocolException>();
    }

    [Fact]
    public void Neighbors_AreThoseOfIpAddresses()
    {
        byte[] hardware = [2, 0, 0, 0, 0, 9];
        var socket = new Socket(request =>
        [
            FakeReply.Message((MessageType)28, MessageFlags.Multi, request.Sequence, Socket.Port, Neighbor(2, 0x02, [.. FakeReply.Attribute(1, Four.GetAddressBytes()), .. FakeReply.Attribute(2, hardware)])),
            FakeReply.Message((MessageType)28, MessageFlags.Multi, request.Sequence, Socket.Port, Neighbor(10, 0x20,
                [.. FakeReply.Attribute(1, Six.GetAddressBytes()), .. FakeReply.Attribute(3, [9, 0, 0, 0, 0x2C, 1, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0])])),
            FakeReply.Message((MessageType)28, MessageFlags.Multi, request.Sequence, Socket.Port, Neighbor(7, 0x80, FakeReply.Attribute(2, hardware))),
            FakeReply.Done(request, Socket.Port),
        ]);
        using var client = new RouteClient(() => socket);

        client.GetNeighbors().Should().Equal(
            new NeighborEntry { Link = 5, Address = Four, HardwareAddress = new PhysicalAddress(hardware), State = NeighborState.Reachable },
            new NeighborEntry { Link = 5, Address = Six, HardwareAddress = PhysicalAddress.None, State = NeighborState.Failed, Unused = TimeSpan.FromSeconds(3) });
    }

    [Fact]
    public void AnUnknownNeighbor_IsNull_AndARefusalThrows()
    {
        var errno = Errno.ENOENT;
        var socket = new Socket(request => [FakeReply.Error(request, Socket.Port, errno)]);
        using var client = new RouteClient(() => socket);

        client.FindNeighbor(5, Four).Should().BeNull();
        errno = Errno.EINVAL;
        client.Invoking(one => one.FindNeighbor(5, Four)).Should().Throw<RouteException>().Which.Errno.Should().Be(Errno.EINVAL);
    }

    private static byte[] Body(byte type, params byte[] attributes) => [2, 32, 0, 0, 254, 0, 0, type, 0, 0, 0, 0, .. attributes];

    private static byte[] Neighbor(byte family, ushort state, byte[] attributes) => [family, 0, 0, 0, 5, 0, 0, 0, (byte)state, 0, 0, 0, .. attributes];

    private sealed class Socket(Func<MessageHeader, IEnumerable<byte[]>> answer) : INetlinkSocket
    {
        public const uint Port = 4711;

        private readonly Queue<byte[]> _replies = [];

        public List<byte[]> Sent { get; } = [];

        public uint PortId => Port;

        public void Send(ReadOnlySpan<byte> datagram)
        {
            Sent.Add(datagram.ToArray());
            foreach (var reply in answer(MemoryMarshal.Read<MessageHeader>(datagram)))
            {
                _replies.Enqueue(reply);
            }
        }

        public int Receive(Span<byte> buffer)
        {
            var reply = _replies.Dequeue();
            reply.CopyTo(buffer);
            return reply.Length;
        }

        public void Dispose()
        {
        }
    }
}
