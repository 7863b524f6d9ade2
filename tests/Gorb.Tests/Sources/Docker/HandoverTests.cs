using Gorb.Client;
using Gorb.Sources.Docker;
using Gorb.Tests.Api;

namespace Gorb.Tests.Sources.Docker;

/// <summary>An endpoint passes from one service to another without an interruption; a real daemon on a fake kernel.</summary>
public sealed class HandoverTests : DaemonTest
{
    private readonly LogLines<GorbLink> _log = new();
    private readonly WantedReader _reader = new(() => Containers.Host, exposedByDefault: true, rules: Containers.AnyVip);

    [Fact]
    public async Task Sync_ContainersUnderANewImageTag_TakeThePlaceOfTheOldAtOnce()
    {
        using var link = Link();
        await SyncAsync(link, Web("a", 8001));
        await SyncAsync(link);
        await SyncAsync(link, Web("b", 8002) with { Image = "acme/web:2" });

        (await NamesAsync()).Should().Equal("acme-web-2-80-tcp");
        Destinations().Should().Equal("8002 100");
        _log.Texts.Should().NotContain(line => line.Contains("already stands"));
    }

    [Fact]
    public async Task Sync_ContainersThatEnd_GiveTheirPlaceToThoseThatWaitForIt_AndServeTheClientsTheyHave()
    {
        using var link = Link();
        var (old, young) = (Web("a", 8001), Web("b", 8002) with { Image = "acme/web:2", Created = DateTime.UnixEpoch.AddDays(1) });
        await SyncAsync(link, old);
        await SyncAsync(link, old, young);
        (await NamesAsync()).Should().Equal(["acme-web-1.2-80-tcp"], "who came first keeps the place");

        var added = _daemon.ReadKernel().Single().Service.Service.Key;
        await link.SyncAsync(_reader.Read([old, young], new Dictionary<string, string> { ["id-a"] = TerminatingContainers.Stopping }), refresh: false, Token);

        (await NamesAsync()).Should().Equal("acme-web-2-80-tcp");
        Destinations().Should().Equal("8001 0", "8002 100");
        _daemon.ReadKernel().Single().Service.Service.Key.Should().Be(added);

        await SyncAsync(link, young);
        Destinations().Should().Equal("8002 100");
    }

    [Fact]
    public async Task Sync_ContainerUnderAnotherName_TakesThePlaceWithoutAChangeInTheKernel()
    {
        using var link = Link();
        await SyncAsync(link, Web("a", 8001));
        var mutations = _daemon.Kernel.Mutations;
        await SyncAsync(link, Web("z", 8001));

        _daemon.Kernel.Mutations.Should().Be(mutations);
        (await BackendsAsync()).Should().Equal("z-8001-tcp");
    }

    [Fact]
    public async Task Sync_PlaceOfABackendThatStillRunsEmpty_IsTakenOver()
    {
        using var link = Link();
        await SyncAsync(link, Web("a", 8001, ("gorb.drain", "1h")));
        _daemon.Kernel.Table.SetConnections(8001, 3);
        await SyncAsync(link);
        await SyncAsync(link, Web("b", 8001));

        (await BackendsAsync()).Should().Equal("b-8001-tcp");
        Destinations().Should().Equal("8001 100");
    }

    [Fact]
    public async Task Sync_BackendsThatRunEmptyInAServiceThatIsReplaced_GoOnRunningEmpty()
    {
        using var link = Link();
        await SyncAsync(link, Web("a", 8001, ("gorb.drain", "1h")));
        _daemon.Kernel.Table.SetConnections(8001, 3);
        await SyncAsync(link);
        await SyncAsync(link, Web("b", 8002) with { Image = "acme/web:2" });
        await SyncAsync(link, Web("b", 8002) with { Image = "acme/web:2" });

        (await NamesAsync()).Should().Equal("acme-web-2-80-tcp");
        Destinations().Should().Equal("8001 0", "8002 100");
    }

    [Fact]
    public async Task Sync_ContainersThatSwapTheirAddresses_BothFollow()
    {
        using var link = Link();
        await SyncAsync(link, Inside("a", "172.17.0.2"), Inside("b", "172.17.0.3"));
        await SyncAsync(link, Inside("a", "172.17.0.3"), Inside("b", "172.17.0.2"));

        (await HostsAsync()).Should().Equal("a-80-tcp 172.17.0.3", "b-80-tcp 172.17.0.2");
        _log.Texts.Should().NotContain(line => line.Contains("already stands"));
    }

    [Fact]
    public async Task Sync_RefusedService_GetsNoBackends_AndIsToldOnce()
    {
        await _daemon.PutAsync("/service/by-hand", """{"host": "10.9.0.100", "port": 80}""");
        using var link = Link();
        await SyncAsync(link, Web("a", 8001), Web("b", 8002, ("gorb.service", "by-hand")));
        await SyncAsync(link, Web("a", 8001), Web("b", 8002, ("gorb.service", "by-hand")));

        (await NamesAsync()).Should().Equal("by-hand");
        Destinations().Should().BeEmpty();
        _log.Texts.Should().HaveCount(2).And.Contain(line => line.Contains("--join")).And.Contain(line => line.Contains("service by-hand, which was not made by the link, stands there"));
    }

    [Fact]
    public async Task Sync_ServiceThatSomebodyMadeSinceTheLinkLooked_IsNotOverwritten()
    {
        using var link = Link();
        await SyncAsync(link);
        await _daemon.PutAsync("/service/acme-web-1.2-80-tcp", """{"host": "10.9.0.100", "port": 80, "method": "rr"}""");

        await link.SyncAsync(_reader.Read([Web("a", 8001), Web("b", 8002, ("gorb.service", "other"))], Containers.NoneQuiesced), refresh: false, Token);

        (await _daemon.GetAsync("/service/acme-web-1.2-80-tcp")).GetProperty("options").GetProperty("method").GetString().Should().Be("rr");
        (await BackendsAsync()).Should().BeEmpty();
        _log.Texts.Should().ContainSingle(line => line.Contains("containers do not join it"));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Container Web(string name, int port, params (string, string)[] labels) => Containers.Web(name, [$"{port}:80/tcp"], [.. labels, ("gorb.vip", "10.9.0.100")]);

    private static Container Inside(string name, string address) =>
        Containers.Web(name, [":80/tcp"], ("gorb.vip", "10.9.0.100"), ("gorb.network", "lan")) with
        {
            Networks = new Dictionary<string, ContainerAddress> { ["lan"] = new(System.Net.IPAddress.Parse(address), null) },
        };

    private GorbLink Link() => new(
        new DeclaringClient(new GorbClient(_daemon.Http.BaseAddress!, TimeSpan.FromSeconds(100)), "docker/host1"), "docker/host1",
        new ClaimResolver("docker/host1", Containers.AnyVip, () => true, () => []), "1m", _log);

    private Task SyncAsync(GorbLink link, params Container[] containers) => link.SyncAsync(_reader.Read(containers, Containers.NoneQuiesced), refresh: true, Token);

    private async Task<IEnumerable<string?>> NamesAsync() => (await _daemon.GetAsync("/service")).EnumerateArray().Select(name => name.GetString());

    private async Task<List<string>> BackendsAsync() =>
        [.. (await _daemon.GetAsync("/service/acme-web-1.2-80-tcp")).GetProperty("backends").EnumerateArray().Select(name => name.GetString()!)];

    private async Task<List<string>> HostsAsync()
    {
        var hosts = new List<string>();
        foreach (var name in await BackendsAsync())
        {
            hosts.Add($"{name} {(await _daemon.GetAsync($"/service/acme-web-1.2-80-tcp/{name}")).GetProperty("address").GetString()}");
        }

        return hosts;
    }

    /// <summary>Port and weight of the kernel's destinations, by port.</summary>
    private IEnumerable<string> Destinations() => _daemon.ReadKernel().SelectMany(service => service.Destinations)
        .OrderBy(entry => entry.Destination.Key.Port).Select(entry => $"{entry.Destination.Key.Port} {entry.Destination.Weight}");
}
