using System.Globalization;
using System.Net;
using System.Text;

namespace Gorb.Ipvs.Tests;

public sealed class ProcTableTests
{
    private const string Heading = """
        IP Virtual Server version 1.2.1 (size=4096)
        Prot LocalAddress:Port Scheduler Flags
          -> RemoteAddress:Port Forward Weight ActiveConn InActConn

        """;

    /// <summary>The output of a 6.12 kernel, including spaces at the ends of lines.</summary>
    [Fact]
    public void Parse_WhatTheKernelPrints_IsTheTable()
    {
        var services = Parse($"""
            {Heading}TCP  0A090064:0050 wrr{" "}{" "}
              -> 0A090016:0050      Route   7      0          0{"         "}
              -> 0A090015:1F90      Masq    100    3          12{"        "}
            UDP  0A090064:0035 rr ops{" "}
              -> 0A090015:0035      Tunnel  0      0          0{"         "}
            FWM  00000007 rr{" "}
              -> 0A090015:0000      Masq    1      0          0{"         "}
            SCTP  [2001:0db8:0000:0000:0000:0000:0000:0064]:0050 sh persistent 300 FFFFFFFF
              -> [2001:0db8:0000:0000:0000:0000:0000:0015]:0050      Masq    1      0          0{"         "}

            """);

        services.Should().HaveCount(3, "a firewall-mark service is skipped: its family is not printed");
        services[0].Service.Should().Be(new VirtualService(ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 80)));
        services[0].Destinations.Should().Equal(
            new Destination(new DestinationKey(IPAddress.Parse("10.9.0.22"), 80)) { Forwarding = ForwardingMethod.DirectRoute, Weight = 7 },
            new Destination(new DestinationKey(IPAddress.Parse("10.9.0.21"), 8080)) { Weight = 100 });
        services[1].Service.Flags.Should().Be(ServiceFlags.OnePacket);
        services[1].Destinations.Should().ContainSingle().Which.Forwarding.Should().Be(ForwardingMethod.Tunnel);
        services[2].Service.Key.ToString().Should().Be("sctp/[2001:db8::64]:80");
        services[2].Service.Scheduler.Should().Be("sh");
        services[2].Service.Flags.Should().Be(ServiceFlags.Persistent);
        services[2].Destinations.Should().ContainSingle().Which.Key.ToString().Should().Be("[2001:db8::15]:80");
    }

    [Fact]
    public void Parse_EmptyTable_IsEmpty() => Parse(Heading).Should().BeEmpty();

    [Theory]
    [InlineData("TCP  0A09006:0050 wrr ")]
    [InlineData("TCP  nonsense wrr ")]
    [InlineData("TCP  0A090064:0050 wrr \n  -> 0A090015:0050      Magic   1      0          0")]
    [InlineData("TCP  0A090064:0050 wrr \n  -> 0A090015:0050      Masq    many   0          0")]
    public void Parse_AnythingElse_IsRefused(string text) =>
        FluentActions.Invoking(() => Parse(Heading + text)).Should().Throw<FormatException>().WithMessage("*/proc/net/ip_vs*");

    /// <summary>The kernel returns reads of any length, which end in the middle of a line.</summary>
    [Fact]
    public void Parse_LargeTableInPieces_IsWhole()
    {
        var text = new StringBuilder(Heading);
        for (var service = 0; service < 3000; service++)
        {
            text.Append(CultureInfo.InvariantCulture, $"TCP  0A09{service:X4}:0050 wrr  \n  -> 0A0A{service:X4}:0050      Masq    100    0          0         \n");
        }

        using var pieces = new Pieces(Encoding.ASCII.GetBytes(text.ToString()));
        var services = ProcTable.Parse(pieces);

        services.Select(service => (service.Service.Key.Address!.ToString(), service.Destinations.Single().Key.Address.ToString())).Should().Equal(
            Enumerable.Range(0, 3000).Select(service => ($"10.9.{service / 256}.{service % 256}", $"10.10.{service / 256}.{service % 256}")));
    }

    [Fact]
    public void Parse_LineWithoutEnd_IsRefused() =>
        FluentActions.Invoking(() => Parse(Heading + new string('x', 100_000))).Should().Throw<FormatException>().WithMessage("*/proc/net/ip_vs*");

    private static List<ServiceSummary> Parse(string text)
    {
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(text));
        return ProcTable.Parse(stream);
    }

    /// <summary>Returns one more byte with each read, up to a page.</summary>
    private sealed class Pieces(byte[] text) : MemoryStream(text)
    {
        private int _length;

        public override int Read(Span<byte> buffer)
        {
            _length = _length % 4096 + 1;
            return base.Read(buffer[..Math.Min(_length, buffer.Length)]);
        }
    }
}
