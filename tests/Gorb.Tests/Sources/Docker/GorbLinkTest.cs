using Gorb.Client;
using Gorb.Draining;
using Gorb.Sources.Docker;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Sources.Docker;

/// <summary>A test of the link and a real daemon, connected by HTTP.</summary>
public abstract class GorbLinkTest : DaemonTest
{
    private protected const string Service = "acme-web-1.2-80-tcp";
    private protected readonly ManualTime _time = new();
    private protected readonly LogLines<GorbLink> _log = new();
    private protected readonly WantedReader _reader;
    private protected HostAddress _host = Containers.Host;

    private protected GorbLinkTest() => _reader = new WantedReader(() => _host, exposedByDefault: true, rules: Containers.AnyVip);

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new() { Kernel = kernel, Configure = services => services.AddSingleton<TimeProvider>(_time) };

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected static Container Web(string name, int port, params (string, string)[] labels) => Containers.Web(name, [$"{port}:80/tcp"], [.. labels, ("gorb.vip", "10.9.0.100")]);

    private protected GorbLink Link(LabelRules? rules = null) => Link(_daemon.Http.BaseAddress!, rules ?? Containers.AnyVip);

    private protected GorbLink Link(Uri gorb, LabelRules rules, string source = "docker/host1") =>
        new(new DeclaringClient(new GorbClient(gorb, TimeSpan.FromSeconds(100)), source), source, new ClaimResolver(source, rules, () => true, () => []), "1m", _log);

    private protected Task SyncAsync(GorbLink link, params Container[] containers) => link.SyncAsync(_reader.Read(containers, Containers.NoneQuiesced), refresh: true, Token);

    /// <summary>Advances time, then runs the daemon's drain check and a sync of the link.</summary>
    private protected async Task PassAsync(GorbLink link, TimeSpan time)
    {
        _time.AdvanceWithoutTimers(time);
        await _daemon.Service<Drainer>().CheckAsync();
        await SyncAsync(link);
    }

    private protected async Task<IEnumerable<string?>> NamesAsync() => (await _daemon.GetAsync("/service")).EnumerateArray().Select(name => name.GetString());

    private protected async Task<IEnumerable<string?>> BackendsAsync() =>
        (await _daemon.GetAsync($"/service/{Service}")).GetProperty("backends").EnumerateArray().Select(name => name.GetString());
}
