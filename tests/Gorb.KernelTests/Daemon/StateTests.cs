using System.Net;
using Gorb.Ipvs;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>The wanted table survives the daemon, however it ends.</summary>
public sealed class StateTests : OwnDaemonTest
{
    private const string Web = """{"host": "10.9.0.100", "port": 80, "method": "rr"}""";

    [Fact]
    public async Task Restart_AfterTheTableWasEmptied_PutsItBack()
    {
        await using (var first = await StartAsync())
        {
            await first.PutServiceAsync("web", Web);
        }

        var table = Shell.Ipvsadm();
        Shell.Run("ipvsadm", "-C");
        await using var again = await StartAsync();

        Shell.Ipvsadm().Should().Equal(table).And.HaveCount(4);
    }

    [Fact]
    public async Task Restart_AfterAKill_NeedsNoChange()
    {
        IReadOnlyList<string> counters;
        await using (var first = await StartAsync())
        {
            await first.PutServiceAsync("web", Web);
            Visitor.Visit(Network.Vip4, 80, 3);
            counters = await Shell.CountedAsync("10.9.0.100:80", connections: 3);
            await first.KillAsync();
        }

        await using var again = await StartAsync();
        await again.LogsAsync("Wanted: 1 services with 3 backends; the kernel needed 0 changes");

        Shell.IpvsadmConnections("-t", "10.9.0.100:80").Should().Equal(counters, "a new entry would count from 0").And.HaveCount(4);
    }

    /// <summary>
    /// The emptied table imitates a reboot: only the state file shows which backends were down. The check is slow, so that no result interferes.
    /// </summary>
    [Theory]
    [InlineData("keep", false)]
    [InlineData("up", true)]
    public async Task Reboot_BackendThatWasDown_GetsTrafficBeforeItsFirstCheckOnlyWithoutKeep(string start, bool isVisited)
    {
        await using (var first = await StartAsync())
        {
            await first.PutServiceAsync("web", $$"""{"host": "10.9.0.100", "port": 80, "method": "rr", "start": "{{start}}"}""");
            await first.PatchAsync("/service/web/b1", """{"pulse": {"type": "tcp", "interval": "200ms", "fall": 1, "args": {"port": 9}}}""");
            await Eventually.Async(() => Task.FromResult(Shell.Ipvsadm().Contains("-a -t 10.9.0.100:80 -r 10.9.0.21:80 -m -w 0")), () => first.Log);
            await first.PatchAsync("/service/web/b1", """{"pulse": {"interval": "1m"}}""");
            await first.KillAsync();
        }

        Shell.Run("ipvsadm", "-C");
        await using var again = await StartAsync();

        Shell.Ipvsadm().Should().Contain($"-a -t 10.9.0.100:80 -r 10.9.0.21:80 -m -w {(isVisited ? 100 : 0)}");
        Visitor.Visit(Network.Vip4, 80, 9).Distinct().Order().Should().Equal(isVisited ? ["b1", "b2", "b3"] : ["b2", "b3"]);
    }

    [Fact]
    public async Task Resync_TableEmptiedByAccident_IsBackWithinItsTime()
    {
        await using var gorb = await StartAsync("--resync", "1s");
        await gorb.PutServiceAsync("web", Web);
        var table = Shell.Ipvsadm();

        Shell.Run("ipvsadm", "-C");
        await Eventually.Async(() => Task.FromResult(Shell.Ipvsadm().SequenceEqual(table)));

        await gorb.LogsAsync("Something else changed the kernel's table; repaired 4");
    }

    [Fact]
    public async Task Sighup_WithoutConfig_ComparesTheKernelAtOnce()
    {
        await using var gorb = await StartAsync("--resync", "none");
        await gorb.PutServiceAsync("web", Web);
        var table = Shell.Ipvsadm();
        Shell.Run("ipvsadm", "-C");

        gorb.Signal("HUP");
        await Eventually.Async(() => Task.FromResult(Shell.Ipvsadm().SequenceEqual(table)), () => gorb.Log);

        await gorb.PutAsync("/service/more", """{"host": "10.9.0.100", "port": 81}""");
    }

    [Fact]
    public async Task Put_ServiceOfOthers_KeepsItsConnections()
    {
        Shell.Run("ipvsadm", "-A", "-t", "10.9.0.100:80", "-s", "wlc");
        Shell.Run("ipvsadm", "-a", "-t", "10.9.0.100:80", "-r", "10.9.0.22:80", "-m", "-w", "9");
        using var connection = Visitor.Connect(Network.Vip4, 80);

        await using var gorb = await StartAsync();
        await gorb.PutAsync("/service/web", Web);
        await gorb.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "pulse": {"type": "none"}}""");

        Visitor.RequestName(connection).Should().Be("b2");
        Shell.Ipvsadm().Should().Equal(
            "-A -t 10.9.0.100:80 -s rr", "-a -t 10.9.0.100:80 -r 10.9.0.21:80 -m -w 100", "-a -t 10.9.0.100:80 -r 10.9.0.22:80 -m -w 9");
        (await gorb.GetAsync("/service/web")).GetProperty("unmanaged")[0].GetString().Should().Be("10.9.0.22:80");
    }

    [Fact]
    public async Task Delete_WithDrain_WaitsForTheLastConnection()
    {
        await using var gorb = await StartAsync();
        // The test's own port: a destination that returns gets its old connections back, and those of other tests remain for minutes.
        await gorb.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 8109, "method": "rr"}""");
        await gorb.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "pulse": {"type": "none"}}""");
        var connection = Visitor.Connect(Network.Vip4, 8109);
        using (await gorb.SendAsync(HttpMethod.Delete, "/service/web/b1?drain=10m"))
        {
            (await gorb.GetAsync("/service/web/b1")).GetProperty("drain").GetProperty("connections").GetInt32().Should().Be(1);
            Visitor.RequestName(connection).Should().Be("b1");
        }

        connection.LingerState = new(enable: true, seconds: 0); // ends with a reset, so no connection remains
        connection.Dispose();

        await Eventually.Async(async () => (await gorb.GetAsync("/service/web")).GetProperty("backends").GetArrayLength() == 0);
        Shell.Ipvsadm().Should().Equal("-A -t 10.9.0.100:8109 -s rr");
    }

    [Fact]
    public async Task Delete_UdpWithDrain_MovesClientsThatKeepTheirPort_OrSaysWhatMovesThem()
    {
        using var setting = new Setting("net.ipv4.vs.expire_nodest_conn", "0");
        await using var gorb = await StartAsync("--sysctl", "off");
        await gorb.PutServiceAsync("dns", """{"host": "10.9.0.100", "port": 80, "protocol": "udp", "method": "rr"}""");
        using var client = Visitor.Connect(Network.Vip4, 80, TransportProtocol.Udp);
        var first = Visitor.RequestName(client);

        await DrainAsync(gorb, first);
        await gorb.LogsAsync("set sysctl net.ipv4.vs.expire_nodest_conn=1");
        Visitor.IsAnswered(client).Should().BeFalse("the kernel drops packets of a flow whose destination was removed");

        Setting.Set("net.ipv4.vs.expire_nodest_conn", "1");
        await Eventually.Async(() => Task.FromResult(Visitor.IsAnswered(client)));
        var second = Visitor.RequestName(client);
        second.Should().NotBe(first);

        await DrainAsync(gorb, second);
        await Eventually.Async(() => Task.FromResult(Visitor.IsAnswered(client)));
        Visitor.RequestName(client).Should().NotBe(second);
    }

    private static async Task DrainAsync(GorbProcess gorb, string backend)
    {
        using var answer = await gorb.SendAsync(HttpMethod.Delete, $"/service/dns/{backend}?drain=1s");
        answer.StatusCode.Should().Be(HttpStatusCode.Accepted);
        await Eventually.Async(async () =>
            !(await gorb.GetAsync("/service/dns")).GetProperty("backends").EnumerateArray().Select(name => name.GetString()).Contains(backend));
    }
}
