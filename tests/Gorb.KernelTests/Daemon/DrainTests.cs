using System.Net;
using Gorb.Ipvs;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>Draining backends of UDP clients that keep their port, on a kernel that tracks connections.</summary>
[Trait(KernelFeature.Trait, KernelFeature.XtablesName)]
public sealed class DrainTests(SharedDaemon daemon) : KernelTest(daemon)
{
    private const int Port = 80;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Drained_WithConntrack_TakesItsEntriesAlong_AndTheNextPacketGoesElsewhere(bool v6)
    {
        using var tracking = new ConnectionTracking();
        await Gorb.PutServiceAsync("dns", Service(v6), v6: v6);
        using var client = Visitor.Connect(Vip(v6), Port, TransportProtocol.Udp);
        using var other = Visitor.Connect(Vip(v6), Port, TransportProtocol.Udp);
        var (drained, kept) = (Visitor.RequestName(client), Visitor.RequestName(other));
        kept.Should().NotBe(drained);

        await DrainAsync(drained);

        ConnectionTracking.Servers(client).Should().BeEmpty();
        ConnectionTracking.Servers(other).Should().Equal(Network.Address(kept, v6));
        Visitor.RequestName(client).Should().NotBe(drained);
        Visitor.RequestName(other).Should().Be(kept);
    }

    /// <summary>Without net.ipv4.vs.expire_nodest_conn the kernel deletes no entry itself, so missing entries were deleted by Gorb.</summary>
    [Fact]
    public async Task Drained_WhereTheKernelKeepsEntries_TakesItsEntriesAlong()
    {
        using var setting = new Setting("net.ipv4.vs.expire_nodest_conn", "0");
        using var tracking = new ConnectionTracking();
        await Gorb.PutServiceAsync("dns", Service(v6: false));
        using var client = Visitor.Connect(Network.Vip4, Port, TransportProtocol.Udp);
        using var other = Visitor.Connect(Network.Vip4, Port, TransportProtocol.Udp);
        var (drained, kept) = (Visitor.RequestName(client), Visitor.RequestName(other));
        ConnectionTracking.Servers(client).Should().Equal(Network.Address(drained));

        await DrainAsync(drained);

        ConnectionTracking.Servers(client).Should().BeEmpty();
        ConnectionTracking.Servers(other).Should().Equal(Network.Address(kept));
    }

    /// <summary>Every way in which a backend leaves the kernel: a remaining entry would cost its client the next packet.</summary>
    [Theory]
    [InlineData("check", false)]
    [InlineData("check", true)]
    [InlineData("force", false)]
    [InlineData("delete", false)]
    public async Task Removed_WithConntrack_TakesItsEntriesAlong_AndTheNextPacketIsNotLost(string how, bool v6)
    {
        using var tracking = new ConnectionTracking();
        await Gorb.PutServiceAsync("dns", Service(v6), v6: v6);
        using var client = Visitor.Connect(Vip(v6), Port, TransportProtocol.Udp);
        using var other = Visitor.Connect(Vip(v6), Port, TransportProtocol.Udp);
        var (removed, kept) = (Visitor.RequestName(client), Visitor.RequestName(other));
        kept.Should().NotBe(removed);

        await RemoveAsync(how, removed);
        await Eventually.Async(() => Task.FromResult(ConnectionTracking.Servers(client).Count == 0), () => Gorb.Log);

        Visitor.RequestName(client).Should().NotBe(removed);
        ConnectionTracking.Servers(other).Should().Equal(Network.Address(kept, v6));
        Visitor.RequestName(other).Should().Be(kept);
    }

    private Task RemoveAsync(string how, string backend) => how switch
    {
        "delete" => Gorb.DeleteAsync($"/service/dns/{backend}"),
        "force" => Gorb.PatchAsync($"/service/dns/{backend}", """{"force": "down"}"""),
        _ => Gorb.PatchAsync($"/service/dns/{backend}", """{"pulse": {"type": "tcp", "interval": "200ms", "fall": 1, "args": {"port": 9}}}"""),
    };

    private async Task DrainAsync(string backend)
    {
        using var answer = await Gorb.SendAsync(HttpMethod.Delete, $"/service/dns/{backend}?drain=1s");
        answer.StatusCode.Should().Be(HttpStatusCode.Accepted);
        await Eventually.Async(() => Task.FromResult(Gorb.Log.Contains("Drained and removed from dns", StringComparison.Ordinal)), () => Gorb.Log);
    }

    private static string Service(bool v6) => $$"""{"host": "{{Vip(v6)}}", "port": {{Port}}, "protocol": "udp", "method": "rr"}""";

    private static IPAddress Vip(bool v6) => v6 ? Network.Vip6 : Network.Vip4;
}
