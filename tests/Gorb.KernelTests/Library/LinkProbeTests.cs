using System.Net;
using System.Net.NetworkInformation;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Probes;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Library;

/// <summary>Questions to the hosts on a link, for ARP and for IPv6 neighbour discovery.</summary>
public sealed class LinkProbeTests : IDisposable
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(400);

    private readonly AddressClient _client = AddressClient.Create();

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData("10.9.0.21", "10.9.0.98")]
    [InlineData("fd00:9::21", "fd00:9::98")]
    public async Task WhoHasAnAddress_Answers_AndNobodyElse(string there, string nowhere)
    {
        var hardware = PhysicalAddress.Parse(Shell.Run("ip", "netns", "exec", "b1", "cat", "/sys/class/net/eth0/address").Trim().Replace(':', '-'));
        IPAddress[] addresses = [IPAddress.Parse(there), IPAddress.Parse(nowhere)];

        // A busy host may answer later than one question waits.
        IReadOnlyList<ProbeAnswer> answers = [];
        await Eventually.Async(() => Task.FromResult((answers = Ask(addresses)).Count > 0));

        answers.Should().Equal(new ProbeAnswer(addresses[0], hardware));
    }

    private IReadOnlyList<ProbeAnswer> Ask(IPAddress[] addresses)
    {
        var bridge = _client.FindLink("br0")!;
        return addresses[0].AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? NeighborProbe.Ask(bridge, addresses, Wait) : ArpProbe.Ask(bridge, addresses, Wait);
    }
}
