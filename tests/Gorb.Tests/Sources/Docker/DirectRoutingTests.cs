using System.Net;
using System.Text.Json.Nodes;
using Gorb.Sources.Docker;

namespace Gorb.Tests.Sources.Docker;

public sealed class DirectRoutingTests : IDisposable
{
    private readonly LogLines<DirectRouting> _log = new();
    private readonly FakeEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("10.9.0.100", "nsenter -t 1 -n sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2; nsenter -t 1 -n ip address add 10.9.0.100/32 dev lo")]
    [InlineData("fd00::100", "nsenter -t 1 -n ip address add fd00::100/128 dev lo")]
    public async Task Prepare_WithoutLeave_SaysOnceHowItIsDone(string address, string commands)
    {
        var routing = new DirectRouting(_engine, isAllowed: false, _log);
        await routing.PrepareAsync(Wanted(address), TestContext.Current.CancellationToken);
        await routing.PrepareAsync(Wanted(address), TestContext.Current.CancellationToken);

        _log.Texts.Should().ContainSingle().Which.Should().Contain($"Container web must hold {address} for direct routing").And.EndWith(commands);
    }

    [Fact]
    public async Task Prepare_AfterTheContainerStartedAnew_IsDoneAgain()
    {
        var routing = new DirectRouting(_engine, isAllowed: false, _log);
        await routing.PrepareAsync(Wanted("10.9.0.100"), TestContext.Current.CancellationToken);
        routing.Note(new EngineEvent("id-web", "start", null));
        await routing.PrepareAsync(Wanted("10.9.0.100"), TestContext.Current.CancellationToken);

        _log.Texts.Should().HaveCount(2);
    }

    [Fact]
    public async Task Prepare_ProcessThatIsGone_SaysWhyAndHowItIsDone()
    {
        _engine.Pid = int.MaxValue;
        await new DirectRouting(_engine, isAllowed: true, _log).PrepareAsync(Wanted("10.9.0.100"), TestContext.Current.CancellationToken);

        _log.Texts.Should().ContainSingle().Which.Should().Contain("could not be given 10.9.0.100").And.Contain($"/proc/{int.MaxValue}/ns/net").And.Contain("ip address add 10.9.0.100/32 dev lo");
    }

    private static Claims Wanted(string address)
    {
        var container = Containers.Web("web", []);
        var backend = new WantedBackend("web", "web-80-tcp", new JsonObject(), container) { DirectAddress = IPAddress.Parse(address) };
        return new Claims([new Claim(new WantedService("web", new JsonObject(), container), backend)], []);
    }
}
