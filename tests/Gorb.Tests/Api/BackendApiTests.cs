using System.Net;
using Gorb.Ipvs;

namespace Gorb.Tests.Api;

public sealed class BackendApiTests : DaemonTest
{

    private protected override Task PrepareAsync() => _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");

    [Theory]
    [InlineData("""{"host": "10.9.0.21", "port": 80}""", ForwardingMethod.Masquerade, TunnelType.Ipip)]
    [InlineData("""{"host": "10.9.0.21", "port": 80, "method": "dr"}""", ForwardingMethod.DirectRoute, TunnelType.Ipip)]
    [InlineData("""{"host": "10.9.0.21", "port": 80, "method": "ipip"}""", ForwardingMethod.Tunnel, TunnelType.Ipip)]
    [InlineData("""{"host": "10.9.0.21", "port": 80, "method": "tunnel", "tunnel": {"type": "gue", "port": 6080, "checksum": "remote"}}""", ForwardingMethod.Tunnel, TunnelType.Gue)]
    [InlineData("""{"host": "fd00:9::21", "port": 80, "method": "tunnel", "tunnel": {"type": "gre", "checksum": "full"}}""", ForwardingMethod.Tunnel, TunnelType.Gre)]
    public async Task Put_EveryMethod_ReachesTheKernel(string body, ForwardingMethod method, TunnelType type)
    {
        await _daemon.PutAsync("/service/web/b1", body);

        var destination = Destination();
        destination.Forwarding.Should().Be(method);
        destination.Tunnel.Type.Should().Be(type);
    }

    [Fact]
    public async Task Put_WeightAndThresholds_ReachTheKernel()
    {
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 8080, "weight": 7, "upper_threshold": 100, "lower_threshold": 50}""");

        Destination().Should().Be(new Destination(new DestinationKey(IPAddress.Parse("10.9.0.21"), 8080)) { Weight = 7, UpperThreshold = 100, LowerThreshold = 50 });
    }

    [Fact]
    public async Task Put_OtherWeight_EditsInPlace()
    {
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");
        var mutations = _daemon.Kernel.Mutations;

        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "weight": 5}""");

        _daemon.Kernel.Mutations.Should().Be(mutations + 1);
        Destination().Weight.Should().Be(5);
    }

    [Fact]
    public async Task Patch_WeightZero_QuiescesAndKeepsTheRest()
    {
        await _daemon.PutAsync("/service/web/b1",
            """{"host": "10.9.0.21", "port": 80, "method": "tunnel", "tunnel": {"type": "gue", "port": 6080}, "upper_threshold": 9}""");
        var before = Destination();

        await _daemon.PatchAsync("/service/web/b1", """{"weight": 0}""");

        Destination().Should().Be(before with { Weight = 0 });
        (await _daemon.GetAsync("/service/web/b1")).GetProperty("options").GetProperty("weight").GetInt32().Should().Be(0);
    }

    [Fact]
    public async Task Patch_OtherMember_KeepsAWeightOfZero()
    {
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");
        await _daemon.PatchAsync("/service/web/b1", """{"weight": 0}""");

        await _daemon.PatchAsync("/service/web/b1", """{"upper_threshold": 3}""");

        Destination().Weight.Should().Be(0);
    }

    [Fact]
    public async Task Patch_FromTunnelToNat_LeavesTheTunnelBehind()
    {
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "method": "tunnel", "tunnel": {"type": "gre"}}""");

        await _daemon.PatchAsync("/service/web/b1", """{"method": "nat"}""");

        Destination().Tunnel.Should().Be(default(TunnelOptions));
    }

    [Fact]
    public async Task Put_AnotherName_ForTheSameEndpoint_Is409()
    {
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");

        var answer = await _daemon.SendAsync(HttpMethod.Put, "/service/web/b2", """{"host": "10.9.0.21", "port": 80}""");

        answer.StatusCode.Should().Be(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Put_SameNameInTwoServices_IsLegal()
    {
        await _daemon.PutAsync("/service/dns", """{"host": "10.9.0.100", "port": 53, "protocol": "udp"}""");

        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");
        await _daemon.PutAsync("/service/dns/b1", """{"host": "10.9.0.21", "port": 53}""");

        _daemon.ReadKernel().Should().OnlyContain(entry => entry.Destinations.Count == 1);
    }

    [Fact]
    public async Task PutService_MovedToWhereItsBackendsCannotFollow_Is400AndChangesNothing()
    {
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "method": "dr"}""");
        var mutations = _daemon.Kernel.Mutations;

        var port = await _daemon.SendAsync(HttpMethod.Patch, "/service/web", """{"port": 81}""");
        var family = await _daemon.SendAsync(HttpMethod.Patch, "/service/web", """{"host": "fd00:9::100"}""");

        port.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await TestDaemon.JsonAsync(port)).GetProperty("details")[0].GetProperty("problem").GetString().Should().Contain("b1");
        family.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await TestDaemon.JsonAsync(family)).GetProperty("error").GetString().Should().Be("incompatible address families");
        _daemon.Kernel.Mutations.Should().Be(mutations);
    }

    [Fact]
    public async Task Delete_Backend_RemovesItOnly()
    {
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");
        await _daemon.PutAsync("/service/web/b2", """{"host": "10.9.0.22", "port": 80}""");

        (await _daemon.SendAsync(HttpMethod.Delete, "/service/web/b1", null)).StatusCode.Should().Be(HttpStatusCode.OK);

        Destination().Key.ToString().Should().Be("10.9.0.22:80");
        (await _daemon.SendAsync(HttpMethod.Get, "/service/web/b1", null)).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Get_Backend_ShowsGorbsMembersAndTheKernels()
    {
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "pulse": {"type": "http", "interval": "5s", "args": {"path": "/", "expect": "200"}}}""");

        var view = await _daemon.GetAsync("/service/web/b1");

        var options = view.GetProperty("options");
        options.GetProperty("host").GetString().Should().Be("10.9.0.21");
        options.GetProperty("method").GetString().Should().Be("nat");
        options.GetProperty("weight").GetInt32().Should().Be(100);
        options.GetProperty("pulse").GetProperty("type").GetString().Should().Be("http");
        view.GetProperty("metrics").GetProperty("status").GetInt32().Should().Be(0);
        view.GetProperty("metrics").GetProperty("health").GetDouble().Should().Be(1);
        view.GetProperty("kernel").GetProperty("weight").GetInt32().Should().Be(100);
        view.GetProperty("kernel").GetProperty("active_connections").GetInt32().Should().Be(0);
    }

    private Destination Destination() => _daemon.ReadKernel().Single().Destinations.Single().Destination;
}
