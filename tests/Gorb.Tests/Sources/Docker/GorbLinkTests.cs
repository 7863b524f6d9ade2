using Gorb.Client;
using Gorb.Draining;
using Gorb.Sources.Docker;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Sources.Docker;

/// <summary>The link and a real daemon, connected by HTTP.</summary>
public sealed class GorbLinkTests : DaemonTest
{
    private const string Service = "acme-web-1.2-80-tcp";
    private readonly ManualTime _time = new();
    private readonly LogLines<GorbLink> _log = new();
    private readonly WantedReader _reader;
    private HostAddress _host = Containers.Host;

    public GorbLinkTests() => _reader = new WantedReader(() => _host, exposedByDefault: true, rules: Containers.AnyVip);

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
    public async Task Sync_ServiceWithoutContainers_GoesAfterItsGrace()
    {
        using var link = Link();
        await SyncAsync(link, Web("a", 8001));
        await SyncAsync(link);

        await PassAsync(link, TimeSpan.FromSeconds(59));
        (await NamesAsync()).Should().Equal(Service);
        await PassAsync(link, TimeSpan.FromSeconds(1));

        (await NamesAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Sync_ServiceWithoutContainers_KeepsItsGraceWhenTheClockIsSetForward()
    {
        using var link = Link();
        await SyncAsync(link, Web("a", 8001));
        await SyncAsync(link);
        _time.SetHost(TimeSpan.FromHours(1));
        await PassAsync(link, TimeSpan.FromSeconds(1));

        (await NamesAsync()).Should().Equal(Service);
    }

    [Fact]
    public async Task Sync_ContainerThatComesBackWithinTheGrace_KeepsItsService()
    {
        using var link = Link();
        await SyncAsync(link, Web("a", 8001));
        await SyncAsync(link);
        _time.AdvanceWithoutTimers(TimeSpan.FromSeconds(50));
        await SyncAsync(link, Web("a", 8002));
        await SyncAsync(link);
        await PassAsync(link, TimeSpan.FromSeconds(50));

        (await NamesAsync()).Should().Equal(Service);
    }

    [Fact]
    public async Task Sync_RestAndReturn_DrainAndUndrain_ButAnOperatorsDrainStays()
    {
        using var link = Link();
        await SyncAsync(link, Web("a", 8001), Web("b", 8002));
        await _daemon.PatchAsync($"/service/{Service}/b-8002-tcp", """{"drain": true}""");

        await link.SyncAsync(_reader.Read([Web("a", 8001), Web("b", 8002)], new Dictionary<string, string> { ["id-a"] = "paused" }), refresh: true, Token);
        (await WeightsAsync()).Should().Equal(0, 0);
        await SyncAsync(link, Web("a", 8001), Web("b", 8002));

        (await WeightsAsync()).Should().Equal(100, 0);
    }

    [Fact]
    public async Task Sync_WeightsThatAnOperatorSet_AreKept()
    {
        using var link = Link();
        await SyncAsync(link, Web("a", 8001));
        await _daemon.PatchAsync($"/service/{Service}/a-8001-tcp", """{"weight": 7}""");
        await SyncAsync(link, Web("a", 8001));

        (await WeightsAsync()).Should().Equal(7);
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
    public async Task Sync_ContainerWithDrainLabel_RunsEmpty_OnceAskedFor()
    {
        using var link = Link();
        await SyncAsync(link, Web("a", 8001, ("gorb.drain", "1h")), Web("b", 8002));
        _daemon.Kernel.Table.SetConnections(8001, 3);
        await SyncAsync(link, Web("b", 8002));
        var until = await UntilAsync();
        await SyncAsync(link, Web("b", 8002));

        (await UntilAsync()).Should().Be(until, "a removal that has begun is not begun again");
        await SyncAsync(link, Web("a", 8001), Web("b", 8002));
        (await WeightsAsync()).Should().Equal(100, 100);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sync_ContainerThatRunsEmpty_IsLeftInPeaceByALinkThatBeginsAnew(bool hasRested)
    {
        using (var link = Link())
        {
            await SyncAsync(link, Web("a", 8001, ("gorb.drain", "1h")), Web("b", 8002));
            _daemon.Kernel.Table.SetConnections(8001, 3);
            var resting = hasRested ? new Dictionary<string, string> { ["id-a"] = "stopping" } : Containers.NoneResting;
            await link.SyncAsync(_reader.Read([Web("a", 8001, ("gorb.drain", "1h")), Web("b", 8002)], resting), refresh: true, Token);
            await SyncAsync(link, Web("b", 8002));
        }

        var until = await UntilAsync();
        using var again = Link();
        await SyncAsync(again, Web("b", 8002));

        (await BackendsAsync()).Should().Equal("a-8001-tcp", "b-8002-tcp");
        (await UntilAsync()).Should().Be(until);
        await SyncAsync(again, Web("a", 8001), Web("b", 8002));
        (await WeightsAsync()).Should().Equal(100, 100);
    }

    [Fact]
    public async Task Sync_GoneContainerThatOnlyRested_IsRemovedByALinkThatBeginsAnew()
    {
        using (var link = Link())
        {
            await link.SyncAsync(_reader.Read([Web("a", 8001), Web("b", 8002)], new Dictionary<string, string> { ["id-a"] = "paused" }), refresh: true, Token);
        }

        using var again = Link();
        await SyncAsync(again, Web("b", 8002));

        (await BackendsAsync()).Should().Equal("b-8002-tcp");
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

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new() { Kernel = kernel, Configure = services => services.AddSingleton<TimeProvider>(_time) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Container Web(string name, int port, params (string, string)[] labels) => Containers.Web(name, [$"{port}:80/tcp"], [.. labels, ("gorb.vip", "10.9.0.100")]);

    private GorbLink Link(LabelRules? rules = null) => Link(_daemon.Http.BaseAddress!, rules ?? Containers.AnyVip);

    private GorbLink Link(Uri gorb, LabelRules rules, string source = "docker/host1") =>
        new(new DeclaringClient(new GorbClient(gorb, TimeSpan.FromSeconds(10)), source), source, new ClaimResolver(source, rules, () => true, () => []), "1m", _log);

    private Task OtherHostAsync(string services) => _daemon.PutAsync("/config?source=docker/host2", $$"""{"services": {{services}} }""");

    private Task SyncAsync(GorbLink link, params Container[] containers) => link.SyncAsync(_reader.Read(containers, Containers.NoneResting), refresh: true, Token);

    /// <summary>Advances time, then runs the daemon's drain check and a sync of the link.</summary>
    private async Task PassAsync(GorbLink link, TimeSpan time)
    {
        _time.AdvanceWithoutTimers(time);
        await _daemon.Service<Drainer>().CheckAsync();
        await SyncAsync(link);
    }

    private async Task<IEnumerable<string?>> NamesAsync() => (await _daemon.GetAsync("/service")).EnumerateArray().Select(name => name.GetString());

    private async Task<IEnumerable<string?>> BackendsAsync() =>
        (await _daemon.GetAsync($"/service/{Service}")).GetProperty("backends").EnumerateArray().Select(name => name.GetString());

    private async Task<IReadOnlyList<string>> HostsAsync()
    {
        var hosts = new List<string>();
        foreach (var name in await BackendsAsync())
        {
            hosts.Add($"{name} {(await _daemon.GetAsync($"/service/{Service}/{name}")).GetProperty("options").GetProperty("host").GetString()}");
        }

        return hosts;
    }

    private async Task<DateTimeOffset> UntilAsync() =>
        (await _daemon.GetAsync($"/service/{Service}/a-8001-tcp")).GetProperty("drain").GetProperty("until").GetDateTimeOffset();

    private async Task<IReadOnlyList<int>> WeightsAsync()
    {
        var names = await BackendsAsync();
        var weights = new List<int>();
        foreach (var name in names)
        {
            weights.Add((await _daemon.GetAsync($"/service/{Service}/{name}")).GetProperty("kernel").GetProperty("weight").GetInt32());
        }

        return weights;
    }
}
