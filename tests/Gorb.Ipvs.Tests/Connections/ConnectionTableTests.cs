using System.Net;
using System.Text;
using Gorb.Ipvs.Connections;

namespace Gorb.Ipvs.Tests.Connections;

/// <summary>The kernel's connection table, as Linux 6.1 prints it.</summary>
public sealed class ConnectionTableTests
{
    private const string Text = """
        Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData
        TCP 0A09000A 2711 0A090064 0050 0A090015 0050 ESTABLISHED     899
        TCP 0A09000B 2711 0A090064 0050 0A090015 0050 SYN_RECV         59
        TCP 0A09000A 0000 0A090064 0050 0A090016 0050 NONE            299
        UDP 0A09000A 8235 0A090064 0035 0A090017 0035 UDP             300
        IP  0A09000A 0000 00000007 0000 0A090017 0000 NONE             12
        TCP fd00:0009:0000:0000:0000:0000:0000:0010 CAFE fd00:0009:0000:0000:0000:0000:0000:0100 0050 fd00:0009:0000:0000:0000:0000:0000:0021 0050 FIN_WAIT        119

        """;

    [Fact]
    public void Find_ReturnsTheEntriesOfTheClient()
    {
        var found = Find("10.9.0.10");

        found.IsComplete.Should().BeTrue();
        found.Entries.Should().Equal(
            new ConnectionEntry(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.10"), 10_001, IPAddress.Parse("10.9.0.100"), 80, new DestinationKey(IPAddress.Parse("10.9.0.21"), 80), "ESTABLISHED", TimeSpan.FromSeconds(899)),
            new ConnectionEntry(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.10"), 0, IPAddress.Parse("10.9.0.100"), 80, new DestinationKey(IPAddress.Parse("10.9.0.22"), 80), "NONE", TimeSpan.FromSeconds(299)),
            new ConnectionEntry(TransportProtocol.Udp, IPAddress.Parse("10.9.0.10"), 33_333, IPAddress.Parse("10.9.0.100"), 53, new DestinationKey(IPAddress.Parse("10.9.0.23"), 53), "UDP", TimeSpan.FromSeconds(300)),
            new ConnectionEntry(null, IPAddress.Parse("10.9.0.10"), 0, IPAddress.Parse("0.0.0.7"), 0, new DestinationKey(IPAddress.Parse("10.9.0.23"), 0), "NONE", TimeSpan.FromSeconds(12)));
        found.Entries.Select(static entry => entry.IsTemplate).Should().Equal(false, true, false, true);
    }

    [Fact]
    public void Find_OfIpv6_ReadsItsForm() => Find("fd00:9::10").Entries.Should().ContainSingle().Which.Destination.Should().Be(new DestinationKey(IPAddress.Parse("fd00:9::21"), 80));

    [Fact]
    public void Find_ReadsOnlySoMany() => Find("10.9.0.10", maxEntries: 2).Should().Match<ConnectionSearch>(static search => !search.IsComplete && search.Entries.Count == 1);

    [Fact]
    public void Find_OfALineThatIsNoEntry_SaysSo()
    {
        using var text = new MemoryStream(Encoding.ASCII.GetBytes("heading\nTCP 0A09000A nonsense\n"));

        FluentActions.Invoking(() => ConnectionTable.Find(text, [IPAddress.Parse("10.9.0.10")], 10)).Should().Throw<FormatException>().WithMessage("*nonsense*");
    }

    private static ConnectionSearch Find(string client, int maxEntries = 100)
    {
        using var text = new MemoryStream(Encoding.ASCII.GetBytes(Text));
        return ConnectionTable.Find(text, [IPAddress.Parse(client)], maxEntries);
    }
}
