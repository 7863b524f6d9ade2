using System.Text.Json;
using Gorb.Health.Monitoring;
using Gorb.Health.Probes;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Writer;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Health.Monitoring;

/// <summary>A test of a daemon whose clock and probes the test controls.</summary>
public abstract class PulseTest : DaemonTest
{
    protected const string Web = """{"host": "10.9.0.100", "port": 80, "method": "rr"}""";

    private protected virtual CheckBound Bound => new(Files: 100_000);

    private protected virtual TimeSpan Resync => TimeSpan.Zero;

    private protected FakeProber Prober { get; } = new();

    private protected ManualTime Clock { get; } = new();

    private protected FakeKernel Kernel => Daemon.Kernel;

    private protected TestDaemon Daemon => _daemon;

    /// <summary>Registers more of the daemon's services.</summary>
    private protected virtual void Configure(IServiceCollection services)
    {
    }

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => NewDaemon(kernel, state: "none");

    /// <summary>Starts a second daemon on the same kernel.</summary>
    private protected async Task<TestDaemon> StartAsync(string state = "none")
    {
        var daemon = NewDaemon(Kernel, state);
        await daemon.InitializeAsync();
        return daemon;
    }

    private TestDaemon NewDaemon(FakeKernel kernel, string state) => new()
    {
        Kernel = kernel,
        State = state,
        Resync = Resync,
        Configure = services => Configure(services.AddSingleton<IProber>(Prober).AddSingleton<TimeProvider>(Clock).AddSingleton(Bound)),
    };

    private protected async Task PutWebAsync(string service = Web, int backends = 2, string members = "")
    {
        await Daemon.PutAsync("/service/web", service);
        for (var i = 1; i <= backends; i++)
        {
            await Daemon.PutAsync($"/service/web/b{i}", $$"""{"host": "10.9.0.2{{i}}", "port": 80{{members}}}""");
        }
    }

    /// <summary>Advances the clock by one second at a time and waits after each until the daemon is idle.</summary>
    private protected async Task PassAsync(int seconds, TestDaemon? daemon = null)
    {
        await SettleAsync(daemon ?? Daemon); // lets earlier requests start first
        for (var second = 0; second < seconds; second++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await SettleAsync(daemon ?? Daemon);
        }
    }

    /// <summary>The kernel's weights, by host.</summary>
    private protected Dictionary<string, int> Weights(TestDaemon? daemon = null) => (daemon ?? Daemon).ReadKernel()
        .SelectMany(entry => entry.Destinations)
        .ToDictionary(entry => entry.Destination.Key.Address.ToString(), entry => entry.Destination.Weight);

    private protected async Task<JsonElement> CheckAsync(string path) =>
        (await Daemon.GetAsync(path)).GetProperty("pulse").GetProperty("checks")[0];

    /// <summary>Waits until the monitor has no work at the clock's present time and the writer has applied its changes.</summary>
    private static async Task SettleAsync(TestDaemon daemon)
    {
        var monitor = daemon.Service<PulseMonitor>();
        var tableWriter = daemon.Service<TableWriter>();
        do
        {
            monitor.Tick();
            await tableWriter.ChangeAsync(static _ => { });
        }
        while (!monitor.IsIdle);
    }
}
