using Gorb.Targets.Host.Addresses;
using Gorb.Writer;

namespace Gorb.Tests.Targets.Host.Addresses;

/// <summary>An address is kept off the host while no backend of its services is up, and comes back after ten seconds of health. The verdicts are forced here.</summary>
public sealed class WithdrawTests : VipTargetTest
{
    private const string Address = "10.9.0.100", Held = "10.9.0.100 on gorb0";

    [Fact]
    public async Task Address_GoesWithTheLastBackend_AndComesBackAfterTenSecondsOfHealth()
    {
        await StartAsync();
        await PutAsync("web", 80, "b1", "b2");
        _network.Held.Should().BeEmpty("the service came without backends");
        await PassAsync(AddressCounts.Recovery);
        _network.Held.Should().Equal(Held);

        await ForceAsync("web/b1", "down");
        _network.Held.Should().Equal(Held);
        await ForceAsync("web/b2", "down");
        _network.Held.Should().BeEmpty();
        var vip = await VipAsync();
        (vip.GetProperty("state").GetString(), vip.GetProperty("withdrawn").GetProperty("reason").GetString()).Should().Be(("withdrawn", "no backend of web is up"));
        (await MetricsAsync()).Should().Contain($"gorb_vip_withdrawn{{address=\"{Address}\"}} 1");

        await ForceAsync("web/b2", "none");
        await PassAsync(AddressCounts.Recovery - TimeSpan.FromSeconds(1));
        await ForceAsync("web/b2", "down"); // the time starts again
        await ForceAsync("web/b1", "none");
        await PassAsync(AddressCounts.Recovery - TimeSpan.FromSeconds(1));
        _network.Held.Should().BeEmpty();
        await PassAsync(TimeSpan.FromSeconds(1));

        _network.Held.Should().Equal(Held);
        (await VipAsync()).GetProperty("state").GetString().Should().Be("owned");
        (await MetricsAsync()).Should().NotContain("gorb_vip_withdrawn{");
        Daemon.Service<TableWriter>().Repairs.Should().Be(0, "no other program changed anything");
    }

    [Fact]
    public async Task AllServicesOfTheAddress_MustAskForIt_AndOneHealthyOneIsEnough()
    {
        await StartAsync();
        await PutAsync("web", 80, "b1");
        await PutAsync("tls", 443, "b1");
        await PassAsync(AddressCounts.Recovery);
        await ForceAsync("web/b1", "down");
        _network.Held.Should().Equal(Held);
        await ForceAsync("tls/b1", "down");
        _network.Held.Should().BeEmpty();

        await Daemon.PatchAsync("/service/tls", """{"withdraw": null}""");
        _network.Held.Should().Equal(Held);
        await Daemon.DeleteAsync("/service/tls");
        _network.Held.Should().BeEmpty();
        await Daemon.DeleteAsync("/service/web");
        (await MetricsAsync()).Should().NotContain("gorb_vip_withdrawn{");
    }

    /// <summary>Drained backends and those of weight 0 take no new connections, so routers need not send any.</summary>
    [Theory]
    [InlineData("""{"drain": true}""", """{"drain": false}""")]
    [InlineData("""{"weight": 0}""", """{"weight": 1}""")]
    public async Task BackendsWithoutNewConnections_DoNotKeepTheAddress(string off, string on)
    {
        await StartAsync();
        await PutAsync("web", 80, "b1");
        await PassAsync(AddressCounts.Recovery);

        await Daemon.PatchAsync("/service/web/b1", off);
        _network.Held.Should().BeEmpty();
        await Daemon.PatchAsync("/service/web/b1", on);
        await PassAsync(AddressCounts.Recovery);

        _network.Held.Should().Equal(Held);
    }

    /// <summary>After a restart, what the host has tells whether the address was withdrawn.</summary>
    [Fact]
    public async Task Restart_KeepsTheAddressAsItWas()
    {
        await StartAsync();
        await PutAsync("web", 80, "b1");
        await PassAsync(AddressCounts.Recovery);
        await StopAsync();

        await StartAsync();
        await CompareAsync();
        _network.Held.Should().Equal(Held);
        await ForceAsync("web/b1", "down");
        await StopAsync();
        _network.Held.Should().BeEmpty();

        await StartAsync();
        await ForceAsync("web/b1", "none");
        await PassAsync(AddressCounts.Recovery - TimeSpan.FromSeconds(1));
        await StopAsync();
        await StartAsync();
        await PassAsync(AddressCounts.Recovery - TimeSpan.FromSeconds(1));
        _network.Held.Should().BeEmpty("the time starts again with the daemon");
        await PassAsync(TimeSpan.FromSeconds(1));
        _network.Held.Should().Equal(Held);
    }

    [Fact]
    public async Task AnAddressOfAnotherProgram_Stays()
    {
        _network.Hold("eth0", Address);
        await StartAsync();
        await PutAsync("web", 80, "b1");
        await ForceAsync("web/b1", "down");

        _network.Held.Should().Equal($"{Address} on eth0");
        (await VipAsync()).GetProperty("state").GetString().Should().Be("found");
    }

    private async Task PutAsync(string service, int port, params string[] backends)
    {
        await Daemon.PutAsync($"/service/{service}", $$"""{"host": "{{Address}}", "port": {{port}}, "withdraw": "when-down"}""");
        foreach (var (number, backend) in backends.Index())
        {
            await Daemon.PutAsync($"/service/{service}/{backend}", $$"""{"host": "10.9.0.{{21 + number}}", "port": 80, "pulse": {"type": "none"} }""");
        }
    }

    private Task ForceAsync(string backend, string force) => Daemon.PatchAsync($"/service/{backend}", $$"""{"force": "{{force}}"}""");

    /// <summary>Lets time pass, and compares as the daemon's timer would.</summary>
    private async Task PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        await CompareAsync();
    }

    private async Task<System.Text.Json.JsonElement> VipAsync() => (await Daemon.GetAsync("/vip"))[0];

    private async Task<string> MetricsAsync()
    {
        using var answer = await Daemon.SendAsync(HttpMethod.Get, "/metrics", null);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
