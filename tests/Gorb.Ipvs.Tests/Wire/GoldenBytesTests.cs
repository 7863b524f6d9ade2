using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs.Tests.Netlink;
using Gorb.Ipvs.Wire;

namespace Gorb.Ipvs.Tests.Wire;

/// <summary>Complete requests byte by byte, on a little-endian machine; text after // is a comment.</summary>
public sealed class GoldenBytesTests
{
    private static readonly ServiceKey Web = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.0.0.1"), 80);

    [Fact]
    public void AddService_ByAddress_IsTheseBytes() => Sent(
        new IpvsChange.AddService(new VirtualService(Web) { Scheduler = "wlc", Flags = ServiceFlags.Persistent, PersistenceTimeout = 300 }),
        """
        68 00 00 00  24 00  05 00  02 00 00 00  00 00 00 00   // nlmsghdr: 104 bytes, family 0x24, REQUEST|ACK, sequence 2, port 0
        01 01 00 00                                           // genlmsghdr: NEW_SERVICE, version 1
        54 00 01 00                                           // IPVS_CMD_ATTR_SERVICE, 84 bytes
        06 00 01 00  02 00 00 00                              // AF: 2, padded
        06 00 02 00  06 00 00 00                              // PROTOCOL: 6
        14 00 03 00  0A 00 00 01  00 00 00 00  00 00 00 00  00 00 00 00 // ADDR: 16 bytes, the first four used
        06 00 04 00  00 50 00 00                              // PORT: 80 in network order
        08 00 06 00  77 6C 63 00                              // SCHED_NAME: "wlc", NUL
        0C 00 07 00  01 00 00 00  3D 00 00 00                 // FLAGS: PERSISTENT, under the mask of all flags but HASHED
        08 00 08 00  2C 01 00 00                              // TIMEOUT: 300
        08 00 09 00  FF FF FF FF                              // NETMASK: /32
        """);

    [Fact]
    public void AddService_ByMark6WithEngine_IsTheseBytes() => Sent(
        new IpvsChange.AddService(new VirtualService(ServiceKey.ForFirewallMark(7, AddressFamily.InterNetworkV6))
        {
            Scheduler = "rr",
            Netmask = Netmask.FromPrefixLength(AddressFamily.InterNetworkV6, 64),
            PersistenceEngine = "sip",
        }),
        """
        54 00 00 00  24 00  05 00  02 00 00 00  00 00 00 00   // nlmsghdr: 84 bytes
        01 01 00 00                                           // genlmsghdr: NEW_SERVICE
        40 00 01 00                                           // SERVICE, 64 bytes
        06 00 01 00  0A 00 00 00                              // AF: 10
        08 00 05 00  07 00 00 00                              // FWMARK: 7
        07 00 06 00  72 72 00 00                              // SCHED_NAME: "rr", NUL, padded
        0C 00 07 00  00 00 00 00  3D 00 00 00                 // FLAGS: none
        08 00 08 00  00 00 00 00                              // TIMEOUT: 0
        08 00 09 00  40 00 00 00                              // NETMASK: a prefix length in host order for IPv6
        08 00 0B 00  73 69 70 00                              // PE_NAME: "sip", NUL
        """);

    [Fact]
    public void UpdateDestination_OverGue_IsTheseBytes() => Sent(
        new IpvsChange.UpdateDestination(Web, new Destination(new DestinationKey(IPAddress.Parse("2001:db8::5"), 80))
        {
            Weight = 0x01020304,
            Forwarding = ForwardingMethod.Tunnel,
            Tunnel = new TunnelOptions(TunnelType.Gue, 6080, TunnelChecksum.Full),
            UpperThreshold = 100,
            LowerThreshold = 60,
        }),
        """
        A4 00 00 00  24 00  05 00  02 00 00 00  00 00 00 00   // nlmsghdr: 164 bytes
        06 01 00 00                                           // genlmsghdr: SET_DEST
        30 00 01 00                                           // SERVICE, 48 bytes: its key
        06 00 01 00  02 00 00 00                              // AF: 2
        06 00 02 00  06 00 00 00                              // PROTOCOL: 6
        14 00 03 00  0A 00 00 01  00 00 00 00  00 00 00 00  00 00 00 00 // ADDR
        06 00 04 00  00 50 00 00                              // PORT: 80 in network order
        60 00 02 00                                           // DEST, 96 bytes
        14 00 01 00  20 01 0D B8  00 00 00 00  00 00 00 00  00 00 00 05 // ADDR
        06 00 02 00  00 50 00 00                              // PORT: 80 in network order
        06 00 0B 00  0A 00 00 00                              // ADDR_FAMILY: 10
        08 00 03 00  02 00 00 00                              // FWD_METHOD: TUNNEL
        08 00 04 00  04 03 02 01                              // WEIGHT
        08 00 05 00  64 00 00 00                              // U_THRESH: 100
        08 00 06 00  3C 00 00 00                              // L_THRESH: 60
        05 00 0D 00  01 00 00 00                              // TUN_TYPE: GUE, one byte, padded
        06 00 0E 00  17 C0 00 00                              // TUN_PORT: 6080 in network order
        06 00 0F 00  01 00 00 00                              // TUN_FLAGS: CSUM, host order
        """);

    [Fact]
    public void RemoveDestination_IsTheseBytes() => Sent(
        new IpvsChange.RemoveDestination(ServiceKey.ForFirewallMark(9, AddressFamily.InterNetwork), new DestinationKey(IPAddress.Parse("10.0.0.5"), 0)),
        """
        50 00 00 00  24 00  05 00  02 00 00 00  00 00 00 00   // nlmsghdr: 80 bytes
        07 01 00 00                                           // genlmsghdr: DEL_DEST
        14 00 01 00                                           // SERVICE, 20 bytes
        06 00 01 00  02 00 00 00                              // AF: 2
        08 00 05 00  09 00 00 00                              // FWMARK: 9
        28 00 02 00                                           // DEST, 40 bytes
        14 00 01 00  0A 00 00 05  00 00 00 00  00 00 00 00  00 00 00 00 // ADDR
        06 00 02 00  00 00 00 00                              // PORT: 0, the service's
        06 00 0B 00  02 00 00 00                              // ADDR_FAMILY: 2
        """);

    [Fact]
    public void FirstCall_AsksForTheFamily_WithTheseBytes()
    {
        var kernel = new ScriptedKernel();
        using var client = kernel.Connect();

        client.Flush();

        Convert.ToHexString(kernel.Sent[0]).Should().Be(Hex.Parse(
            """
            20 00 00 00  10 00  01 00  01 00 00 00  00 00 00 00   // nlmsghdr: 32 bytes, GENL_ID_CTRL, REQUEST, sequence 1
            03 01 00 00                                           // genlmsghdr: CTRL_CMD_GETFAMILY, version 1
            09 00 02 00  49 50 56 53 00 00 00 00                  // CTRL_ATTR_FAMILY_NAME: "IPVS", NUL, padded
            """));
    }

    [Fact]
    public void ServiceReply_OfAnOldKernel_IsReadFromTheseBytes()
    {
        // Kernel 3.x: no 64-bit counters, no padding after the last attribute.
        var body = Convert.FromHexString(Hex.Parse(
            """
            01 01 00 00                                           // genlmsghdr: NEW_SERVICE
            7F 00 01 80                                           // SERVICE with NLA_F_NESTED
            06 00 01 00  02 00 00 00                              // AF: 2
            06 00 02 00  11 00 00 00                              // PROTOCOL: 17
            14 00 03 00  0A 00 00 01  00 00 00 00  00 00 00 00  00 00 00 00 // ADDR
            06 00 04 00  00 35 00 00                              // PORT: 53
            0C 00 07 00  06 00 00 00  FF FF FF FF                 // FLAGS: ONEPACKET and HASHED
            08 00 08 00  00 00 00 00                              // TIMEOUT
            08 00 09 00  FF FF FF FF                              // NETMASK
            08 00 63 00  01 02 03 04                              // an attribute of a later kernel
            24 00 0A 00                                           // STATS
            08 00 01 00  03 00 00 00                              //   CONNS: 3
            0C 00 04 00  00 00 00 00 01 00 00 00                  //   INBYTES: 2^32
            0C 00 05 00  05 00 00 00 00 00 00 00                  //   OUTBYTES: 5
            07 00 06 00  72 72 00                                 // SCHED_NAME: "rr", NUL
            """));

        var entry = ServiceCodec.Read(body);

        entry.Service.Should().Be(new VirtualService(ServiceKey.ForAddress(TransportProtocol.Udp, IPAddress.Parse("10.0.0.1"), 53))
        {
            Scheduler = "rr",
            Flags = ServiceFlags.OnePacket,
        });
        entry.Counters.Should().Be(new Counters { Connections = 3, InBytes = 1UL << 32, OutBytes = 5 });
    }

    private static void Sent(IpvsChange change, string annotated)
    {
        var kernel = new ScriptedKernel();
        using var client = kernel.Connect();

        client.Apply([change]).Should().OnlyContain(result => result.Succeeded);

        Convert.ToHexString(kernel.Sent[1]).Should().Be(Hex.Parse(annotated));
    }
}
