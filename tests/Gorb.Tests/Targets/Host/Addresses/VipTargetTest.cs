using Gorb.State;
using Gorb.Targets.Host.Addresses;
using Gorb.Tests.Api;
using Gorb.Tests.State;
using Gorb.Writer;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Targets.Host.Addresses;

/// <summary>A test of a daemon that adds the addresses of services to a fake network.</summary>
public abstract class VipTargetTest : IAsyncDisposable
{
    private protected readonly FakeNetwork _network = new();
    private protected readonly TemporaryFile _state = new();
    private protected readonly ManualTime _time = new();
    private protected TestDaemon? _daemon;

    private protected TestDaemon Daemon => _daemon ?? throw new InvalidOperationException("no daemon");

    public virtual async ValueTask DisposeAsync()
    {
        await StopAsync();
        _state.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected IEnumerable<string> Changes => _network.Log.Where(static line => !line.StartsWith("announce", StringComparison.Ordinal));

    private protected static string Body(int port, string host = "10.9.0.100") => $$"""{"host": "{{host}}", "port": {{port}}}""";

    private protected async Task StartAsync(string? device = VipOptions.Dummy)
    {
        _daemon = new TestDaemon
        {
            State = _state.Path,
            VipInterface = device,
            Configure = services => services.AddSingleton(_network.Host).AddSingleton<TimeProvider>(_time),
        };
        await _daemon.InitializeAsync();
    }

    private protected async Task StopAsync()
    {
        if (_daemon is not null)
        {
            await _daemon.DisposeAsync();
            _daemon = null;
        }
    }

    private protected async Task CompareAsync()
    {
        Daemon.Service<TableWriter>().RequestResync();
        await Daemon.Service<TableWriter>().ChangeAsync(static _ => { });
    }

    private protected async Task<IReadOnlyList<string>> OwnedAsync()
    {
        await StopAsync();
        return Owned(_state);
    }

    private protected static IReadOnlyList<string> Owned(TemporaryFile file)
    {
        using var store = SqliteStore.Open(file.Path);
        return [.. store.Load().Leftovers.Select(static left => left.Key).Order(StringComparer.Ordinal)];
    }
}
