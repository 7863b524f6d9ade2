namespace Gorb.Tests.Sources.Docker;

/// <summary>What the containers of a host become in the table.</summary>
public sealed class GorbLinkTests : GorbLinkTest
{
    [Fact]
    public async Task Sync_NewContainers_AreRouted_AndMarked()
    {
        using var link = Link();

        await SyncAsync(link, Web("a", 8001), Web("b", 8002));

        (await BackendsAsync()).Should().Equal("a-8001-tcp", "b-8002-tcp");
        var backend = await _daemon.GetAsync($"/service/{Service}/a-8001-tcp");
        backend.GetProperty("source").GetString().Should().Be("docker/host1");
        (await _daemon.GetAsync($"/service/{Service}")).GetProperty("source").GetString().Should().Be("docker/host1");
    }

    [Fact]
    public async Task Sync_NothingNew_SendsNothing_EvenAfterARestart()
    {
        using (var link = Link())
        {
            await SyncAsync(link, Web("a", 8001, ("gorb.pulse.type", "http"), ("gorb.pulse.path", "/x"), ("gorb.weight", "3")));
        }

        var mutations = _daemon.Kernel.Mutations;
        using var again = Link();
        await SyncAsync(again, Web("a", 8001, ("gorb.pulse.type", "http"), ("gorb.pulse.path", "/x"), ("gorb.weight", "3")));

        _daemon.Kernel.Mutations.Should().Be(mutations);
        _log.Texts.Where(line => line.Contains("added")).Should().HaveCount(2, "the first link said so, and the second had nothing to do");
    }

    [Fact]
    public async Task Sync_GoneContainers_AreRemoved_AlsoThoseOfAnEarlierRun()
    {
        using (var link = Link())
        {
            await SyncAsync(link, Web("a", 8001), Web("b", 8002));
        }

        using var again = Link();
        await SyncAsync(again, Web("b", 8002));

        (await BackendsAsync()).Should().Equal("b-8002-tcp");
    }

    [Fact]
    public async Task Sync_OthersObjects_AreLeftAlone()
    {
        await _daemon.PutAsync($"/service/{Service}", """{"host": "10.9.0.100", "port": 80, "method": "rr"}""");
        await _daemon.PutAsync($"/service/{Service}/by-hand", """{"host": "10.9.0.21", "port": 80}""");
        await _daemon.PutAsync($"/service/{Service}/a-8001-tcp", """{"host": "10.9.0.23", "port": 80}""");
        await OtherHostAsync($$"""{"{{Service}}": {"backends": {"other": {"host": "10.9.0.22", "port": 80} } } }""");
        using var link = Link(Containers.AnyVip with { Join = true });

        await SyncAsync(link, Web("a", 8001), Web("b", 8002));
        await SyncAsync(link);
        await PassAsync(link, TimeSpan.FromHours(1));

        (await BackendsAsync()).Should().Equal("a-8001-tcp", "by-hand", "other");
        (await _daemon.GetAsync($"/service/{Service}")).GetProperty("options").GetProperty("method").GetString().Should().Be("rr");
        _log.Texts.Should().ContainSingle(line => line.Contains($"container a: {Service}/a-8001-tcp: source api has a backend of this name"));
    }

    [Fact]
    public async Task Sync_RenamedContainer_TakesItsPlace()
    {
        using var link = Link();
        await SyncAsync(link, Web("a", 8001, ("gorb.drain", "30s")));
        await SyncAsync(link, Web("z", 8001, ("gorb.drain", "30s")));

        (await BackendsAsync()).Should().Equal("z-8001-tcp");
    }

    [Fact]
    public async Task Sync_TwoLinks_ShareAService_WhichStaysForTheOneThatIsLeft()
    {
        using var link = Link();
        using var other = Link(_daemon.Http.BaseAddress!, Containers.AnyVip, "docker/host2");
        await SyncAsync(link, Web("a", 8001, ("gorb.method", "rr")));
        await SyncAsync(other, Web("b", 8002));
        (await BackendsAsync()).Should().Equal("a-8001-tcp", "b-8002-tcp");
        await SyncAsync(link);

        (await BackendsAsync()).Should().Equal("b-8002-tcp");
        await PassAsync(link, TimeSpan.FromMinutes(2));

        (await BackendsAsync()).Should().Equal("b-8002-tcp");
        (await _daemon.GetAsync($"/service/{Service}")).GetProperty("source").GetString().Should().Be("docker/host2");
        _log.All.Should().NotContain(line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
    }

    [Fact]
    public async Task Sync_RefusedLabel_IsToldOnce_AndTheOthersWork()
    {
        using var link = Link();
        var wrong = Web("a", 8001, ("gorb.pulse.interval", "soon"));
        await SyncAsync(link, wrong, Web("b", 8002));
        await SyncAsync(link, wrong, Web("b", 8002));

        (await BackendsAsync()).Should().Equal("b-8002-tcp");
        _log.Texts.Where(line => line.Contains("container a: label gorb.pulse.interval: ")).Should().ContainSingle();
    }

    [Fact]
    public async Task Sync_GorbThatForgot_IsToldAgain()
    {
        using var link = Link();
        await SyncAsync(link, Web("a", 8001));
        await _daemon.PutAsync("/config?source=docker/host1", """{"services": {}}""");
        await SyncAsync(link, Web("a", 8001));

        (await BackendsAsync()).Should().Equal("a-8001-tcp");
    }

    [Fact]
    public async Task Sync_GorbThatIsAway_IsTriedAgain_AndMissesNothing()
    {
        using var link = Link(new Uri("http://127.0.0.1:9"), Containers.AnyVip);
        await SyncAsync(link, Web("a", 8001));
        await SyncAsync(link, Web("a", 8001));

        link.IsBehind.Should().BeTrue();
        _log.Texts.Where(line => line.Contains("does not answer")).Should().ContainSingle();
    }

    private Task OtherHostAsync(string services) => _daemon.PutAsync("/config?source=docker/host2", $$"""{"services": {{services}} }""");
}
