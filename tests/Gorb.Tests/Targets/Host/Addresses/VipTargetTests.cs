using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Wire;

namespace Gorb.Tests.Targets.Host.Addresses;

/// <summary>Addresses of services come with the first service and go with the last, and only those that Gorb added.</summary>
public sealed class VipTargetTests : VipTargetTest
{
    [Fact]
    public async Task TwoServicesOfOneAddress_AddItOnce_AndTheLastRemovesIt()
    {
        await StartAsync();
        await Daemon.PutAsync("/service/web", Body(80));
        await Daemon.PutAsync("/service/tls", Body(443));
        await Daemon.PutAsync("/service/six", Body(80, "fd00:9::100"));
        await Daemon.PutAsync("/service/mark", """{"fwmark": 7}""");
        _network.Held.Should().Equal("10.9.0.100 on gorb0", "fd00:9::100 on gorb0");

        await Daemon.DeleteAsync("/service/web");
        _network.Held.Should().Contain("10.9.0.100 on gorb0");

        await Daemon.DeleteAsync("/service/tls");
        await Daemon.DeleteAsync("/service/six");
        _network.Held.Should().BeEmpty();
        Changes.Should().Equal("make gorb0", "add 10.9.0.100 to gorb0", "add fd00:9::100 to gorb0", "remove 10.9.0.100 from gorb0", "remove fd00:9::100 from gorb0");
    }

    [Fact]
    public async Task AddressThatWasThereBefore_OnAnyDevice_IsNeverGorbs()
    {
        _network.Hold("eth0", "10.9.0.100");
        await StartAsync();
        await Daemon.PutAsync("/service/web", Body(80));
        await Daemon.PutAsync("/service/own", Body(80, "10.9.0.1")); // the host's own address, with the prefix of its subnet
        await Daemon.PutAsync("/service/loop", Body(80, "127.0.0.1"));
        await CompareAsync();
        await Daemon.DeleteAsync("/service/web");
        await Daemon.DeleteAsync("/service/own");
        await CompareAsync();

        _network.Held.Should().Equal("10.9.0.100 on eth0");
        Changes.Should().Equal("make gorb0");
    }

    [Fact]
    public async Task Move_AddsBeforeItRemoves_AndTheServiceIsBetween()
    {
        await StartAsync();
        await Daemon.PutAsync("/service/web", Body(80));
        Daemon.Kernel.Refuse = request => Note(request.IpvsCommand);
        _network.Log.Clear();

        await Daemon.PatchAsync("/service/web", """{"host": "10.9.0.101"}""");

        Changes.Should().Equal("add 10.9.0.101 to gorb0", "NewService", "DeleteService", "remove 10.9.0.100 from gorb0");
    }

    [Fact]
    public async Task DeviceThatAppearsLater_IsTaken()
    {
        await StartAsync("eth7");
        var answer = await Daemon.SendAsync(HttpMethod.Put, "/service/web", Body(80));
        answer.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("no network device 'eth7'");
        Daemon.ReadKernel().Should().BeEmpty();

        _network.AddLink("eth7", isUp: true);
        await Daemon.PutAsync("/service/web", Body(80));

        _network.Held.Should().Equal("10.9.0.100 on eth7");
    }

    [Fact]
    public async Task ManyServices_AreCountedByEachChange()
    {
        await StartAsync();
        var services = string.Join(",", Enumerable.Range(1, 200).Select(static i => $$"""
            "s{{i}}": {"host": "10.9.1.{{i}}", "port": 80}, "t{{i}}": {"host": "10.9.1.{{i}}", "port": 443}
            """));
        await Daemon.PutAsync("/config", $$"""{"services": { {{services}} } }""");
        _network.Held.Count.Should().Be(200);

        await Daemon.PutAsync("/config", """{"services": {"s7": {"host": "10.9.1.7", "port": 80}, "new": {"host": "10.9.1.8", "port": 81} } }""");

        _network.Held.Should().Equal("10.9.1.7 on gorb0", "10.9.1.8 on gorb0");
    }

    private Errno Note(IpvsCommand command)
    {
        if (command is IpvsCommand.NewService or IpvsCommand.DeleteService)
        {
            _network.Log.Enqueue($"{command}");
        }

        return Errno.None;
    }
}
