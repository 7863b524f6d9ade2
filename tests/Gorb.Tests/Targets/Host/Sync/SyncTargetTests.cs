using Gorb.Ipvs;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Wire;
using Gorb.Targets.Host.Addresses;
using Gorb.Targets.Host.Sync;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Tests.State;
using Gorb.Tests.Targets.Host.Addresses;
using Gorb.Writer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Targets.Host.Sync;

/// <summary>The kernel's sync daemons, which Gorb starts, repairs, and stops only when it started them.</summary>
public sealed class SyncTargetTests : IAsyncDisposable
{
    private static readonly string[] Both = ["Master eth0 7", "Backup eth0 7"];

    private readonly FakeKernel _kernel = new();
    private readonly FakeNetwork _network = new();
    private readonly TemporaryFile _state = new();
    private readonly LogLines<SyncTarget> _log = new();
    private TestDaemon? _daemon;

    private TestDaemon Daemon => _daemon ?? throw new InvalidOperationException("no daemon");

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _state.Dispose();
    }

    [Fact]
    public async Task BothRolesRun_AndOutliveTheDaemon_WhichFindsThemAgain()
    {
        await StartAsync("eth0", 7);
        _kernel.Daemons.Shown.Should().Equal(Both);
        (await StatusesAsync()).Should().Equal("master running owned", "backup running owned");
        var sent = _kernel.Mutations;
        await StopAsync();
        _kernel.Daemons.Shown.Should().Equal(Both);

        await StartAsync("eth0", 7);
        await CompareAsync();

        (_kernel.Mutations - sent).Should().Be(0);
        (await StatusesAsync()).Should().Equal("master running owned", "backup running owned");
    }

    [Fact]
    public async Task OtherOptions_RestartTheDaemons_AndNoOptionStopsThem()
    {
        await StartAsync("eth0", 7);
        await StopAsync();

        await StartAsync("eth0", 8);
        _kernel.Daemons.Shown.Should().Equal("Master eth0 8", "Backup eth0 8");
        await StopAsync();

        await StartAsync(null, 0);
        _kernel.Daemons.Shown.Should().BeEmpty();
        (await Daemon.GetAsync("/cluster")).GetProperty("sync").TryGetProperty("interface", out _).Should().BeFalse();
        await StopAsync();
        await StartAsync(null, 0);
        _kernel.Mutations.Should().Be(8, "nothing is left to stop");
    }

    [Fact]
    public async Task AnothersDaemon_IsUsedAsItIs_ToldWhenItDiffers_AndNeverStopped()
    {
        Run(SyncRole.Master, "eth0", 7);
        Run(SyncRole.Backup, "eth0", 3);
        await StartAsync("eth0", 7);
        await CompareAsync();

        (await StatusesAsync()).Should().Equal("master running", "backup conflict");
        _log.Texts.Should().ContainSingle(line => line.Contains("another program runs the backup on eth0 with id 3"));
        Stop(SyncRole.Backup);
        await CompareAsync();
        _kernel.Daemons.Shown.Should().Equal(Both);
        await StopAsync();

        await StartAsync(null, 0);
        _kernel.Daemons.Shown.Should().Equal("Master eth0 7");
        (await StatusesAsync()).Should().Equal("master unmanaged");
    }

    [Fact]
    public async Task ADaemonThatIsStopped_IsStartedAgain()
    {
        await StartAsync("eth0", 7);
        Stop(SyncRole.Master);

        await CompareAsync();

        _kernel.Daemons.Shown.Should().Equal(Both);
        Daemon.Service<TableWriter>().Repairs.Should().Be(1);
    }

    /// <summary>A daemon keeps the device's index; it does not reach a device of the same name that is created later.</summary>
    [Fact]
    public async Task ADeviceThatComesLater_OrAgain_GetsTheDaemons()
    {
        await StartAsync("eth1", 7);
        _kernel.Daemons.Shown.Should().BeEmpty();
        _log.Texts.Should().ContainSingle(line => line.Contains("there is no network device 'eth1'"));

        await NotifyAsync(_network.AddLink("eth1"));
        _log.Texts.Should().ContainSingle(line => line.Contains("eth1 is down"));
        await NotifyAsync(_network.Set("eth1", isUp: true));
        _log.Texts.Should().ContainSingle(line => line.Contains("eth1 has no IPv4 address"));
        _network.Hold("eth1", "10.7.0.1", 24);
        await NotifyAsync(_network.Set("eth1", isUp: true));
        _kernel.Daemons.Shown.Should().Equal("Master eth1 7", "Backup eth1 7");
        var sent = _kernel.Mutations;

        _network.RemoveLink("eth1");
        await CompareAsync();
        (await StatusesAsync()).Should().Equal("master waiting owned", "backup waiting owned");
        _network.AddLink("eth1", isUp: true);
        _network.Hold("eth1", "10.7.0.1", 24);
        await CompareAsync();

        (_kernel.Mutations - sent).Should().Be(4, "both are stopped and started");
        Daemon.Service<TableWriter>().Repairs.Should().Be(0, "no other program changed anything");
    }

    [Fact]
    public async Task Refusal_IsNoDaemonOfGorbs_AndTriedAgain()
    {
        _kernel.Refuse = static request => request.IpvsCommand == IpvsCommand.NewDaemon ? Errno.EINVAL : Errno.None;
        await StartAsync("eth0", 7);
        (await StatusesAsync()).Should().Equal("master stopped", "backup stopped");

        _kernel.Refuse = static _ => Errno.None;
        await CompareAsync();

        (await StatusesAsync()).Should().Equal("master running owned", "backup running owned");
    }

    [Fact]
    public async Task Metrics_ShowEachRole_OnlyWhenAskedFor()
    {
        await StartAsync("eth0", 7);
        Stop(SyncRole.Backup);
        (await MetricsAsync()).Should().Contain("gorb_sync_daemon_up{role=\"master\"} 1").And.Contain("gorb_sync_daemon_up{role=\"backup\"} 0");
        await StopAsync();

        await StartAsync(null, 0);
        (await MetricsAsync()).Should().NotContain("gorb_sync_daemon_up");
    }

    /// <summary>The kernel shows the threshold with a tab. All of these settings concern IPVS alone, so they are set without --sysctl apply.</summary>
    [Fact]
    public async Task Settings_AreThoseOfASynchronizedHost()
    {
        using var settings = new SettingsFolder
        {
            ["net.ipv4.vs.expire_nodest_conn"] = "0",
            ["net.ipv4.vs.expire_quiescent_template"] = "0",
            ["net.ipv4.vs.sync_threshold"] = "3 5",
            ["net.ipv4.vs.sync_refresh_period"] = "0",
            ["net.ipv4.vs.sync_retries"] = "0",
            ["net.ipv4.vs.backup_only"] = "1",
            ["net.ipv4.vs.sloppy_tcp"] = "0",
        };
        await StartAsync("eth0", 7, settings.Root);
        await CompareAsync();
        (settings["net.ipv4.vs.sync_threshold"], settings["net.ipv4.vs.sync_refresh_period"], settings["net.ipv4.vs.sync_retries"], settings["net.ipv4.vs.backup_only"])
            .Should().Be(("0 0", "10", "1", "0"));
        settings["net.ipv4.vs.sync_threshold"] = "0\t0";
        settings["net.ipv4.vs.sloppy_tcp"].Should().Be("0", "no service asks for it");

        await Daemon.PutAsync("/service/hashed", """{"host": "10.9.0.100", "port": 80, "method": "mh", "flags": "mh-port"}""");

        settings["net.ipv4.vs.sloppy_tcp"].Should().Be("1");
        (await Daemon.GetAsync("/sysctl")).GetProperty("settings").EnumerateArray().Should().OnlyContain(static one => one.GetProperty("status").GetString() != "missing");
    }

    private async Task StartAsync(string? device, uint id, string settings = "/nonexistent")
    {
        _daemon = new TestDaemon
        {
            Kernel = _kernel,
            State = _state.Path,
            Sysctls = settings,
            Sync = device is null ? SyncOptions.Off : new SyncOptions(device, id),
            Configure = services => services.AddSingleton(_network.Host).AddSingleton<ILoggerProvider>(_log),
        };
        await _daemon.InitializeAsync();
        await CompareAsync();
    }

    private async Task StopAsync()
    {
        if (_daemon is not null)
        {
            await _daemon.DisposeAsync();
            _daemon = null;
        }
    }

    private async Task CompareAsync()
    {
        Daemon.Service<TableWriter>().RequestResync();
        await Daemon.Service<TableWriter>().ChangeAsync(static _ => { });
    }

    /// <summary>Tells the daemon of a link and waits for its comparison.</summary>
    private async Task NotifyAsync(NetworkLink link)
    {
        var compared = new TaskCompletionSource();
        void Complete() => compared.TrySetResult();
        Daemon.Service<AddressWatch>().Changed += Complete; // after the writer's own
        _network.Notify(new AddressNotice { Links = [link] });
        await compared.Task.WaitAsync(TestContext.Current.CancellationToken);
        Daemon.Service<AddressWatch>().Changed -= Complete;
        await Daemon.Service<TableWriter>().ChangeAsync(static _ => { });
    }

    private async Task<IReadOnlyList<string>> StatusesAsync() =>
    [
        .. (await Daemon.GetAsync("/cluster")).GetProperty("sync").GetProperty("daemons").EnumerateArray()
            .Select(static one => $"{one.GetProperty("role")} {one.GetProperty("status")}{(one.GetProperty("owned").GetBoolean() ? " owned" : "")}"),
    ];

    private async Task<string> MetricsAsync()
    {
        using var answer = await Daemon.SendAsync(HttpMethod.Get, "/metrics", null);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private void Run(SyncRole role, string device, uint id)
    {
        using var client = IpvsClient.Create(_kernel.Open);
        client.StartSyncDaemon(new SyncDaemon(role, device, id));
    }

    private void Stop(SyncRole role)
    {
        using var client = IpvsClient.Create(_kernel.Open);
        client.StopSyncDaemon(role);
    }
}
