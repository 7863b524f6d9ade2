using System.Net;
using System.Runtime.InteropServices;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;
using Gorb.Tests.Shared;

namespace Gorb.Ipvs.Tests;

/// <summary>Notifications of links and addresses, byte by byte.</summary>
public sealed class AddressNoticeTests
{
    [Fact]
    public void ADatagram_TellsWhatChanged()
    {
        var notice = AddressNotice.Read(
        [
            .. Link(RouteMessage.NewLink, 7, LinkHeader.Up | LinkHeader.Running),
            .. Link(RouteMessage.NewLink, 8, LinkHeader.Up | LinkHeader.NoArp),
            .. Link(RouteMessage.DeleteLink, 9, LinkHeader.Up | LinkHeader.Running),
            .. Address(RouteMessage.NewAddress, 1),
            .. Address(RouteMessage.DeleteAddress, 2),
        ]);

        notice.Links.Select(static link => (link.Index, link.IsUp, link.IsRunning, link.UsesArp)).Should().Equal((7, true, true, true), (8, true, false, false), (9, false, false, true));
        notice.RemovedLinks.Should().Equal(9);
        notice.Removed.Should().Equal(IPAddress.Parse("10.9.0.2"));
        notice.IsLossy.Should().BeFalse();
    }

    /// <summary>A bridge sends messages of the same type about its ports (family AF_BRIDGE), whose flags are not those of the link.</summary>
    [Fact]
    public void AMessageOfABridge_IsIgnored() => AddressNotice.Read(Link(RouteMessage.NewLink, 7, 0, family: 7)).Links.Should().BeEmpty();

    [Fact]
    public void ADamagedDatagram_IsAnError()
    {
        var datagram = Link(RouteMessage.NewLink, 7, 0);
        MemoryMarshal.Write(datagram, 4000u);

        FluentActions.Invoking(() => AddressNotice.Read(datagram)).Should().Throw<NetlinkProtocolException>();
    }

    private static byte[] Link(MessageType type, uint index, uint flags, byte family = 0)
    {
        var body = new byte[LinkHeader.Size];
        MemoryMarshal.Write(body, new LinkHeader(family, 0, LinkHeader.Ethernet, index, flags, 0));
        return FakeReply.Message(type, MessageFlags.None, 0, 0, body);
    }

    private static byte[] Address(MessageType type, byte last)
    {
        var body = new byte[AddressHeader.Size];
        MemoryMarshal.Write(body, new AddressHeader(2, 32, 0, 0, 7));
        return FakeReply.Message(type, MessageFlags.None, 0, 0, [.. body, .. FakeReply.Attribute((ushort)AddressAttribute.Local, [10, 9, 0, last])]);
    }
}
