namespace Gorb.Tests.Sources.Docker;

/// <summary>The link on a host that loses and gets addresses.</summary>
public sealed class GorbLinkHostTests : GorbLinkTest
{
    [Fact]
    public async Task Sync_HostWithoutAddress_LeavesWhatNeedsItAsItIs_UntilItHasOneAgain()
    {
        using (var link = Link())
        {
            await SyncAsync(link, Web("a", 8001), Web("b", 8002));
        }

        _host = _host with { V4 = null };
        using var again = Link();
        await SyncAsync(again, Web("a", 8001), Web("c", 8003));
        (await HostsAsync()).Should().Equal("a-8001-tcp 10.9.0.1");

        _host = _host with { V4 = System.Net.IPAddress.Parse("10.9.0.2") };
        await SyncAsync(again, Web("a", 8001), Web("c", 8003));
        (await HostsAsync()).Should().Equal("a-8001-tcp 10.9.0.2", "c-8003-tcp 10.9.0.2");
    }

    [Fact]
    public async Task Sync_HostThatHasOnlyIpv6ForNow_DoesNotMoveWhatIsReachedByIpv4()
    {
        await _daemon.PutAsync("/config?source=docker/host1", $$"""{"services": {"{{Service}}": {"host": "10.9.0.100", "port": 80, "method": "wrr", "grace": "1m"} } }""");
        var container = Containers.Web("a", ["8001:80/tcp", "::|8002:80/tcp"], ("gorb.service", Service));
        using var link = Link();
        await SyncAsync(link, container);
        var before = await _daemon.GetAsync($"/service/{Service}");

        _host = _host with { V4 = null };
        await SyncAsync(link, container);

        (await HostsAsync()).Should().Equal("a-8001-tcp 10.9.0.1");
        (await _daemon.GetAsync($"/service/{Service}")).GetProperty("options").GetRawText().Should().Be(before.GetProperty("options").GetRawText());
    }

    [Fact]
    public async Task Sync_HostWithoutAddress_MakesNoServiceThatNobodyCouldReach()
    {
        _host = _host with { V4 = null };
        using var link = Link();
        await SyncAsync(link, Web("a", 8001));

        (await NamesAsync()).Should().BeEmpty();
        _log.Texts.Should().BeEmpty();
    }

    private async Task<IReadOnlyList<string>> HostsAsync()
    {
        var hosts = new List<string>();
        foreach (var name in await BackendsAsync())
        {
            hosts.Add($"{name} {(await _daemon.GetAsync($"/service/{Service}/{name}")).GetProperty("options").GetProperty("host").GetString()}");
        }

        return hosts;
    }
}
