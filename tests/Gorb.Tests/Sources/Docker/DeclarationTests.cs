using Gorb.Client;
using Gorb.Sources.Docker;

namespace Gorb.Tests.Sources.Docker;

/// <summary>The declarations that a link sends, and how it handles a Gorb's conflicts and refusals.</summary>
public sealed class DeclarationTests : IDisposable
{
    private readonly FakeGorb _gorb = new();
    private readonly LogLines<GorbLink> _log = new();
    private readonly WantedReader _reader = new(() => Containers.Host, exposedByDefault: true, rules: Containers.AnyVip);
    private readonly GorbLink _link;

    public DeclarationTests() => _link = new GorbLink(
        new DeclaringClient(new GorbClient(_gorb.Url, TimeSpan.FromSeconds(100)), "docker/host1"), "docker/host1",
        new ClaimResolver("docker/host1", Containers.AnyVip, () => true, () => []), "1m", _log);

    public void Dispose()
    {
        _link.Dispose();
        _gorb.Dispose();
    }

    [Fact]
    public async Task Sync_FiftyContainers_IsOneDeclarationOfTheSource()
    {
        await SyncAsync([.. Enumerable.Range(0, 50).Select(number => Web($"m{number}", 8000 + number))]);

        _gorb.Declarations.Should().ContainSingle().Which.Should().StartWith("?source=docker%2Fhost1 {\"services\":{\"shop\":{").And.Contain("m0-8000-tcp").And.Contain("m49-8049-tcp");
    }

    [Fact]
    public async Task Sync_RefusedBackend_IsLeftOut_NamedOnce_AndTriedAgainOnlyWhenItIsDue()
    {
        _gorb.Answer = document => document.Contains("\"a-8001-tcp\"", StringComparison.Ordinal) ? (400, """
            {"error": "the document is refused", "details": [
                {"field": "services.shop.backends.a-8001-tcp.pulse.interval", "problem": "is no time"},
                {"field": "services.shop.backends.a-8001-tcp.pulse.args.path", "problem": "is no path"}]}
            """) : FakeGorb.Accepted;

        await SyncAsync(Web("a", 8001), Web("b", 8002));
        _gorb.Declarations.Should().HaveCount(2).And.Subject.Last().Should().NotContain("a-8001-tcp").And.Contain("b-8002-tcp");
        _link.IsBehind.Should().BeFalse("the rest is declared");

        await SyncAsync(refresh: false, Web("a", 8001), Web("b", 8002), Web("c", 8003));
        _gorb.Declarations.Should().HaveCount(3).And.Subject.Last().Should().NotContain("a-8001-tcp").And.Contain("c-8003-tcp");

        await SyncAsync(refresh: true, Web("a", 8001), Web("b", 8002));
        _gorb.Declarations.Should().HaveCount(5);
        _log.Texts.Where(line => line.Contains("container a: label gorb.pulse.interval: is no time; label gorb.pulse.path: is no path")).Should().ContainSingle();
    }

    [Fact]
    public async Task Sync_RefusedBackend_ThatChanges_IsTriedAtOnce()
    {
        _gorb.Answer = document => document.Contains("\"weight\":7", StringComparison.Ordinal)
            ? (500, """{"error": "the kernel refuses", "details": [{"field": "services.shop.backends.a-8001-tcp", "problem": "no memory"}]}""") : FakeGorb.Accepted;
        await SyncAsync(Web("a", 8001, ("gorb.weight", "7")));

        await SyncAsync(refresh: false, Web("a", 8001, ("gorb.weight", "8")));

        _gorb.Declarations.Should().HaveCount(3).And.Subject.Last().Should().Contain("\"weight\":8");
        _log.Texts.Should().Contain($"{_gorb.Url}: container a: shop/a-8001-tcp: no memory");
    }

    [Fact]
    public async Task Sync_RefusedService_IsLeftOutWithItsBackends()
    {
        _gorb.Answer = document => document.Contains("\"shop\"", StringComparison.Ordinal)
            ? (400, """{"error": "refused", "details": [{"field": "services.shop.method", "problem": "is no scheduler"}]}""") : FakeGorb.Accepted;

        await SyncAsync(Web("a", 8001, ("gorb.method", "xx")), Containers.Web("b", ["8002:81/tcp"]));

        _gorb.Declarations.Last().Should().NotContain("a-8001-tcp").And.Contain("b-8002-tcp");
        _log.Texts.Should().Contain($"{_gorb.Url}: container a: label gorb.method: is no scheduler");
    }

    [Fact]
    public async Task Sync_RefusalOfTheWhole_IsTriedAgain_AndToldOnce()
    {
        _gorb.Answer = static _ => (507, """{"error": "the disk is full"}""");

        await SyncAsync(Web("a", 8001));
        await SyncAsync(Web("a", 8001));
        _link.IsBehind.Should().BeTrue();
        _gorb.Answer = static _ => FakeGorb.Accepted;
        await SyncAsync(Web("a", 8001));

        _link.IsBehind.Should().BeFalse();
        _log.Texts.Where(line => line.Contains("the disk is full")).Should().ContainSingle();
        _log.Texts.Should().Contain(line => line.Contains("is reached again"));
    }

    [Fact]
    public async Task Sync_Conflict_IsNamedOnceWithTheContainer()
    {
        _gorb.Answer = static _ => (200, """{"conflicts": [{"service": "shop", "backend": "a-8001-tcp", "source": "api", "problem": "source api has a backend of this name"}]}""");

        await SyncAsync(Web("a", 8001));
        await SyncAsync(Web("a", 8001));

        _log.Texts.Where(line => line == $"{_gorb.Url}: container a: shop/a-8001-tcp: source api has a backend of this name").Should().ContainSingle();
    }

    [Fact]
    public async Task Sync_WhatIsDeclaredOtherwise_IsLogged()
    {
        await SyncAsync(Web("a", 8001), Web("b", 8002));
        await SyncAsync(Web("a", 8001, ("gorb.weight", "7")));
        await SyncAsync(Web("a", 8001, ("gorb.weight", "7")));

        _log.Texts.Select(line => line.Split(": {")[0].Replace($"{_gorb.Url}: ", "", StringComparison.Ordinal)).Should().Equal(
            "added shop", "added shop/a-8001-tcp", "added shop/b-8002-tcp", "changed shop/a-8001-tcp", "removed shop/b-8002-tcp");
    }

    [Fact]
    public async Task Sync_AfterARestart_LogsOnlyWhatIsNew()
    {
        _gorb.Services = """{"shop": {"source": "docker/host1", "host": "10.9.0.100", "port": 80, "backends": {"a-8001-tcp": {"port": 8001}, "z": {"port": 1, "source": "api"}}}}""";

        await SyncAsync(Web("a", 8001), Web("b", 8002));

        _log.Texts.Should().ContainSingle().Which.Should().Contain("added shop/b-8002-tcp");
    }

    private static Container Web(string name, int port, params (string, string)[] labels) =>
        Containers.Web(name, [$"{port}:80/tcp"], [.. labels, ("gorb.vip", "10.9.0.100"), ("gorb.service", "shop")]);

    private Task SyncAsync(params Container[] containers) => SyncAsync(refresh: true, containers);

    private Task SyncAsync(bool refresh, params Container[] containers) =>
        _link.SyncAsync(_reader.Read(containers, Containers.NoneQuiesced), refresh, TestContext.Current.CancellationToken);
}
