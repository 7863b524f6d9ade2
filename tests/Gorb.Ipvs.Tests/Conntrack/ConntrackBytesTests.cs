using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs.Tests.Wire;
using Gorb.Tests.Shared;

namespace Gorb.Ipvs.Tests.Conntrack;

/// <summary>Complete requests byte by byte, on a little-endian machine.</summary>
public sealed class ConntrackBytesTests
{
    private static readonly IPEndPoint Client = IPEndPoint.Parse("10.0.0.9:4660"), Vip = IPEndPoint.Parse("10.0.0.1:53"), Real = IPEndPoint.Parse("10.0.0.5:5353");

    private readonly FakeConntrack _kernel = new() { Flows = { new FakeFlow(0x01020304, Client, Vip, Real) { Zone = 7 } } };

    [Fact]
    public void Requests_ForAnAddress_AreTheseBytes() => Sent(
        ServiceKey.ForAddress(TransportProtocol.Udp, Vip.Address, 53), new DestinationKey(Real.Address, 5353),
        """
        14 00 00 00  05 01  01 00  01 00 00 00  00 00 00 00   // nlmsghdr: 20 bytes, CTNETLINK GET_STATS, REQUEST, sequence 1
        00 00 00 00                                           // nfgenmsg: every family, version 0, resource 0
        """,
        """
        70 00 00 00  01 01  01 03  02 00 00 00  00 00 00 00   // nlmsghdr: 112 bytes, CT_GET, REQUEST|DUMP, sequence 2
        02 00 00 00                                           // nfgenmsg: IPv4
        24 00 01 80                                           // CTA_TUPLE_ORIG, 36 bytes
        0C 00 01 80  08 00 02 00  0A 00 00 01                 // CTA_TUPLE_IP: V4_DST 10.0.0.1
        14 00 02 80  05 00 01 00  11 00 00 00  06 00 03 00  00 35 00 00 // CTA_TUPLE_PROTO: NUM 17, DST_PORT 53 in network order
        24 00 02 80                                           // CTA_TUPLE_REPLY, 36 bytes
        0C 00 01 80  08 00 01 00  0A 00 00 05                 // CTA_TUPLE_IP: V4_SRC 10.0.0.5
        14 00 02 80  05 00 01 00  11 00 00 00  06 00 02 00  14 E9 00 00 // CTA_TUPLE_PROTO: NUM 17, SRC_PORT 5353
        14 00 19 80                                           // CTA_FILTER, 20 bytes
        08 00 01 00  2A 00 00 00                              // ORIG_FLAGS: IP_DST, PROTO_NUM, PROTO_DST_PORT, in host order
        08 00 02 00  19 00 00 00                              // REPLY_FLAGS: IP_SRC, PROTO_NUM, PROTO_SRC_PORT
        """,
        """
        58 00 00 00  02 01  05 00  01 00 00 00  00 00 00 00   // nlmsghdr: 88 bytes, CT_DELETE, REQUEST|ACK, on a second socket
        02 00 00 00                                           // nfgenmsg: IPv4
        34 00 01 00                                           // CTA_TUPLE_ORIG, 52 bytes, as received
        14 00 01 00  08 00 01 00  0A 00 00 09  08 00 02 00  0A 00 00 01 // CTA_TUPLE_IP: V4_SRC, V4_DST
        1C 00 02 00  05 00 01 00  11 00 00 00  06 00 02 00  12 34 00 00  06 00 03 00  00 35 00 00 // CTA_TUPLE_PROTO
        08 00 0C 00  01 02 03 04                              // CTA_ID
        06 00 12 00  00 07 00 00                              // CTA_ZONE
        """);

    [Fact]
    public void Dump_OfIPv6_NamesPortsOnly() => Sent(
        ServiceKey.ForAddress(TransportProtocol.Udp, IPAddress.Parse("2001:db8::1"), 53), new DestinationKey(IPAddress.Parse("2001:db8::5"), 0),
        null,
        """
        58 00 00 00  01 01  01 03  02 00 00 00  00 00 00 00   // nlmsghdr: 88 bytes
        0A 00 00 00                                           // nfgenmsg: IPv6
        18 00 01 80                                           // CTA_TUPLE_ORIG
        14 00 02 80  05 00 01 00  11 00 00 00  06 00 03 00  00 35 00 00 // CTA_TUPLE_PROTO: NUM 17, DST_PORT 53
        18 00 02 80                                           // CTA_TUPLE_REPLY
        14 00 02 80  05 00 01 00  11 00 00 00  06 00 02 00  00 35 00 00 // CTA_TUPLE_PROTO: NUM 17, SRC_PORT 53, the service's
        14 00 19 80                                           // CTA_FILTER
        08 00 01 00  28 00 00 00                              // ORIG_FLAGS: PROTO_NUM, PROTO_DST_PORT
        08 00 02 00  18 00 00 00                              // REPLY_FLAGS: PROTO_NUM, PROTO_SRC_PORT
        """);

    [Fact]
    public void Dump_OfAFirewallMark_NamesTheDestinationOnly() => Sent(
        ServiceKey.ForFirewallMark(7, AddressFamily.InterNetwork), new DestinationKey(IPAddress.Parse("10.0.0.77"), 0),
        null,
        """
        54 00 00 00  01 01  01 03  02 00 00 00  00 00 00 00   // nlmsghdr: 84 bytes
        02 00 00 00                                           // nfgenmsg: IPv4
        10 00 01 80                                           // CTA_TUPLE_ORIG
        0C 00 02 80  05 00 01 00  11 00 00 00                 // CTA_TUPLE_PROTO: NUM 17
        1C 00 02 80                                           // CTA_TUPLE_REPLY
        0C 00 01 80  08 00 01 00  0A 00 00 4D                 // CTA_TUPLE_IP: V4_SRC 10.0.0.77
        0C 00 02 80  05 00 01 00  11 00 00 00                 // CTA_TUPLE_PROTO: NUM 17
        14 00 19 80                                           // CTA_FILTER
        08 00 01 00  08 00 00 00                              // ORIG_FLAGS: PROTO_NUM
        08 00 02 00  09 00 00 00                              // REPLY_FLAGS: IP_SRC, PROTO_NUM
        """);

    private void Sent(ServiceKey service, DestinationKey destination, params string?[] annotated)
    {
        using var client = _kernel.Connect();

        client.DeleteUdpFlows(service, destination);

        _kernel.Sent.Should().HaveSameCount(annotated);
        foreach (var (sent, expected) in _kernel.Sent.Zip(annotated))
        {
            Convert.ToHexString(sent).Should().Be(expected is null ? Convert.ToHexString(sent) : Hex.Parse(expected));
        }
    }
}
