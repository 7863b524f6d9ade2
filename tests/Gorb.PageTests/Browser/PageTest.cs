using Gorb.Health.Probes;
using Gorb.Tests.Api;
using Gorb.Tests.Health;

namespace Gorb.PageTests.Browser;

/// <summary>A test of the page in a browser against the whole daemon, whose kernel is faked at the netlink datagram.</summary>
/// <param name="chromium">The browser.</param>
public abstract class PageTest(Chromium chromium) : IAsyncLifetime
{
    /// <summary>Checks that find out soon that a backend is down.</summary>
    private protected const string Pulse = "\"pulse\": {\"type\": \"tcp\", \"interval\": \"1s\", \"fall\": 1, \"rise\": 1}";

    private protected TestDaemon _daemon = new();
    private Tab? _tab;

    /// <summary>The tab, once it is open.</summary>
    private protected Tab Tab => _tab!;

    public async ValueTask InitializeAsync()
    {
        _daemon = NewDaemon();
        await _daemon.InitializeAsync();
        await PrepareAsync();
        await OpenAsync(Screen.Light);
    }

    public async ValueTask DisposeAsync()
    {
        await (_tab?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _daemon.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected virtual TestDaemon NewDaemon() => new();

    /// <summary>Fills the table.</summary>
    private protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Opens the page on another screen.</summary>
    private protected async Task OpenAsync(Screen screen)
    {
        await (_tab?.DisposeAsync() ?? ValueTask.CompletedTask);
        _tab = await chromium.OpenAsync(_daemon.Http.BaseAddress!, screen);
    }

    /// <summary>Adds a service with backends b1, b2, ... at 10.9.0.21, 10.9.0.22, ...</summary>
    private protected async Task AddAsync(string name, int last, int backends, string more = "")
    {
        await _daemon.PutAsync($"/service/{name}", $$"""{"host": "10.9.0.{{last}}", "port": 80, {{Pulse}}{{more}}}""");
        for (var i = 1; i <= backends; i++)
        {
            await _daemon.PutAsync($"/service/{name}/b{i}", $$"""{"host": "10.9.0.{{20 + i}}", "port": 80}""");
        }
    }

    private protected FakeProber Prober => (FakeProber)_daemon.Service<IProber>();
}
