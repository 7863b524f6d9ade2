using System.Net;
using System.Net.NetworkInformation;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Probes;

namespace Gorb.Ipvs.Tests.Probes;

public sealed class EchoPacketTests
{
    private static readonly EchoTarget Target = new(IPAddress.Parse("10.9.0.1"), IPAddress.Parse("10.9.0.100"));

    [Fact]
    public void APing_IsAnIcmpEchoRequestThatIsNotFragmented() => Convert.ToHexString(EchoPacket.Build(Target, 0x1234, 2))
        .Should().Be("4500001C00034000400126680A0900010A090064" + "0800E5C912340002");

    [Theory]
    [InlineData(TunnelType.Ipip, TunnelChecksum.None, 4, 20)]
    [InlineData(TunnelType.Gue, TunnelChecksum.None, 17, 32)]
    [InlineData(TunnelType.Gre, TunnelChecksum.None, 47, 24)]
    [InlineData(TunnelType.Gre, TunnelChecksum.Full, 47, 28)]
    public void ATunnelledPing_HasTheTunnelsHeadersAround(TunnelType type, TunnelChecksum checksum, byte protocol, int overhead)
    {
        var packet = EchoPacket.Build(Target with { TunnelEnd = IPAddress.Parse("10.9.0.21"), Tunnel = new(type, type == TunnelType.Gue ? (ushort)6080 : (ushort)0, checksum) }, 0x1234, 2);

        packet[9].Should().Be(protocol);
        packet[16..20].Should().Equal(10, 9, 0, 21);
        packet[overhead..].Should().Equal(EchoPacket.Build(Target, 0x1234, 2));
        Sum(packet.AsSpan(0, 20)).Should().Be(0xFFFF, "the header's checksum is right");
    }

    [Fact]
    public void ALargePing_HasTheSizeAskedFor() => EchoPacket.Build(Target with { Size = 1500 }, 1, 1).Should().HaveCount(1500);

    [Fact]
    public void AnArpProbe_NamesNoSender() => Convert.ToHexString(ArpProbe.BuildFrame(IPAddress.Parse("10.9.0.100"), PhysicalAddress.Parse("020000000009")))
        .Should().Be("FFFFFFFFFFFF0200000000090806" + "0001080006040001" + "020000000009" + "00000000" + "000000000000" + "0A090064");

    [Fact]
    public void ANeighborProbe_NamesNoSender() => Convert.ToHexString(NeighborFrame.Solicit(IPAddress.Parse("fd00:9::1:2345"), PhysicalAddress.Parse("020000000009")))
        .Should().Be("3333FF01234502000000000986DD" + "6000000000183AFF" + "00000000000000000000000000000000" + "FF0200000000000000000001FF012345" + "87003712" + "00000000" + "FD000009000000000000000000012345");

    private static int Sum(ReadOnlySpan<byte> words)
    {
        var sum = 0;
        for (; words.Length > 0; words = words[2..])
        {
            sum += (words[0] << 8) | words[1];
        }

        return (sum & 0xFFFF) + (sum >> 16);
    }
}
