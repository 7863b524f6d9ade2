using System.Globalization;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Traffic;

/// <summary>Open connections survive a move of their addresses from one director to another and back.</summary>
public sealed class SyncTests(SecondDirector director) : OwnDaemonTest, IClassFixture<SecondDirector>, IDisposable
{
    private const string Hashed = "10.9.7.121";

    private static readonly string[] Settings = ["sync_threshold", "sync_refresh_period", "sync_retries", "backup_only", "sloppy_tcp"];

    private readonly List<Setting> _settings = [.. Settings.Select(static name => new Setting($"net.ipv4.vs.{name}", Setting.Read($"net.ipv4.vs.{name}")))];

    void IDisposable.Dispose()
    {
        director.Should().NotBeNull();
        foreach (var role in new[] { "master", "backup" })
        {
            Shell.Succeeds(["ipvsadm", "--stop-daemon", role]);
            Shell.Succeeds(["ip", "netns", "exec", SecondDirector.Name, "ipvsadm", "--stop-daemon", role]);
        }

        Shell.Succeeds(["ip", "netns", "exec", SecondDirector.Name, "ipvsadm", "-C"]);
        SecondDirector.Unlink();
        _settings.ForEach(static setting => setting.Dispose());
        Dispose();
    }

    [Fact]
    public async Task Connections_SurviveTheMoveOfTheirAddress_AndBack_AndTheDaemonsARestart()
    {
        SecondDirector.Link();
        SecondDirector.Give(toSecond: false);
        var first = await StartSyncAsync();
        await using var second = await GorbProcess.StartOnAsync(SecondDirector.Name, "-i", "eth0", "--sync-interface", SecondDirector.SyncLink, "--sync-id", "7");
        await PutServicesAsync(first);
        await PutServicesAsync(second);
        Settings[..4].Select(static name => Setting.Read($"net.ipv4.vs.{name}")).Should().Equal("0\t0", "10", "1", "0");

        using var nat = new RunningDownload(SecondDirector.Nat, 80);
        using var direct = new RunningDownload(SecondDirector.Direct, 80);
        await Eventually.Async(static () => Task.FromResult(CountSecond() == 2),
            static () => SecondDirector.In("cat", "/proc/net/ip_vs_conn"));

        SecondDirector.Give(toSecond: true);
        await nat.ContinuesAsync();
        await direct.ContinuesAsync();

        var daemons = Shell.Run("ipvsadm", "-l", "--daemon");
        (await first.TerminateAsync()).Should().Be(0);
        await first.DisposeAsync();
        Shell.Run("ipvsadm", "-l", "--daemon").Should().Be(daemons);
        await using var again = await StartSyncAsync();
        (await StatusesAsync(again)).Should().Equal("running owned", "running owned");
        again.Log.Should().NotContain("started the master");

        SecondDirector.Give(toSecond: false);
        await nat.ContinuesAsync();
        await direct.ContinuesAsync();
    }

    /// <summary>Half of the connections by NAT, half by direct routing, none of which sends anything while its address moves; then the first director dies with its sync daemons.</summary>
    [Fact]
    public async Task Connections_AllSurviveTwoMoves_AndTheDeathOfADirector()
    {
        var each = int.Parse(Environment.GetEnvironmentVariable("GORB_CONNECTIONS") ?? "100", CultureInfo.InvariantCulture) / 2; // 1000 take minutes
        SecondDirector.Link();
        SecondDirector.Give(toSecond: false);
        await using var first = await StartSyncAsync();
        await using var second = await GorbProcess.StartOnAsync(SecondDirector.Name, "-i", "eth0", "--sync-interface", SecondDirector.SyncLink, "--sync-id", "7");
        await PutServicesAsync(first);
        await PutServicesAsync(second);
        var connections = new[] { SecondDirector.Nat, SecondDirector.Direct }.SelectMany(vip => Enumerable.Range(0, each).Select(_ => Visitor.Connect(vip, 80))).ToList();
        try
        {
            await Eventually.Async(() => Task.FromResult(CountSecond() == 2 * each), static () => $"{CountSecond()} connections are known to the second director");

            SecondDirector.Give(toSecond: true);
            connections.Select(Visitor.RequestName).Distinct().Should().Equal("b1", "b2");
            SecondDirector.Give(toSecond: false);
            connections.Select(Visitor.RequestName).Distinct().Should().Equal("b1", "b2");

            SecondDirector.Unlink();
            Shell.Run("ipvsadm", "-C");
            await first.KillAsync();
            SecondDirector.Give(toSecond: true);
            connections.Select(Visitor.RequestName).Distinct().Should().Equal("b1", "b2");
        }
        finally
        {
            connections.ForEach(static connection => connection.Dispose());
        }
    }

    /// <summary>The established connections that the second director knows.</summary>
    private static int CountSecond() => SecondDirector.In("cat", "/proc/net/ip_vs_conn").Split('\n').Count(static line => line.Contains("ESTABLISHED", StringComparison.Ordinal));

    /// <summary>A daemon keeps the index of its device: one that is created again needs it started again.</summary>
    [Fact]
    public async Task ADeviceThatComesLater_AndAgain_GetsTheDaemons_AndAForeignDaemonStays()
    {
        await using var gorb = await StartSyncAsync("--resync", "none");
        await gorb.LogsAsync($"there is no network device '{SecondDirector.SyncLink}'");

        SecondDirector.Link();
        await RunsAsync(gorb, "running owned", "running owned");
        SecondDirector.Unlink();
        await RunsAsync(gorb, "waiting owned", "waiting owned");
        gorb.ClearLog();
        SecondDirector.Link();
        await gorb.LogsAsync("restarted the backup");
        await RunsAsync(gorb, "running owned", "running owned");

        gorb.Signal("STOP"); // it starts a master that is missing
        Shell.Run("ipvsadm", "--stop-daemon", "master");
        Shell.Run("ipvsadm", "--start-daemon", "master", "--mcast-interface", "br0", "--syncid", "3");
        gorb.Signal("CONT");
        gorb.Signal("HUP");
        await RunsAsync(gorb, "conflict", "running owned");
        await gorb.TerminateAsync();
        await using var without = await StartAsync();
        Shell.Run("ipvsadm", "-l", "--daemon").Should().Contain("master sync daemon (mcast=br0, syncid=3").And.NotContain("backup");
    }

    /// <summary>Without any synchronization: every director chooses the same backend, and takes over what it does not know.</summary>
    [Fact]
    public async Task HashedConnections_SurviveTheMove_WithoutSync_WhateverTheOrderOfBackends()
    {
        Shell.Run("sysctl", "-qw", "net.ipv4.vs.sloppy_tcp=1");
        SecondDirector.In("sysctl", "-qw", "net.ipv4.vs.sloppy_tcp=1");
        await using var first = await StartAsync();
        await using var second = await GorbProcess.StartOnAsync(SecondDirector.Name, "-i", "eth0");
        await PutHashedAsync(first, "b1", "b2", "b3");
        await PutHashedAsync(second, "b3", "b1", "b2");
        foreach (var backend in Network.Backends)
        {
            Shell.Run("ip", "-n", backend, "addr", "add", $"{Hashed}/32", "dev", "lo");
        }

        Shell.Run("ip", "addr", "add", $"{Hashed}/32", "dev", "br0");
        SecondDirector.In("ip", "addr", "add", $"{Hashed}/32", "dev", "eth0");
        try
        {
            Shell.Run("ip", "-n", "cl", "route", "replace", Hashed, "via", "10.9.0.1");
            var connections = Enumerable.Range(0, 20).Select(static _ => Visitor.Connect(System.Net.IPAddress.Parse(Hashed), 80)).ToList();
            var before = connections.ConvertAll(Visitor.RequestName);

            Shell.Run("ip", "-n", "cl", "route", "replace", Hashed, "via", "10.9.0.12");

            connections.ConvertAll(Visitor.RequestName).Should().Equal(before);
            before.Distinct().Should().HaveCountGreaterThan(1);
            connections.ForEach(static connection => connection.Dispose());
        }
        finally
        {
            Shell.Succeeds(["ip", "-n", "cl", "route", "del", Hashed]);
            Shell.Succeeds(["ip", "addr", "del", $"{Hashed}/32", "dev", "br0"]);
            foreach (var backend in Network.Backends)
            {
                Shell.Succeeds(["ip", "-n", backend, "addr", "del", $"{Hashed}/32", "dev", "lo"]);
            }
        }
    }

    private Task<GorbProcess> StartSyncAsync(params string[] options) => StartAsync(["--sync-interface", SecondDirector.SyncLink, "--sync-id", "7", .. options]);

    private static async Task PutServicesAsync(GorbProcess gorb)
    {
        await gorb.PutAsync("/service/nat", $$"""{"host": "{{SecondDirector.Nat}}", "port": 80}""");
        await gorb.PutAsync("/service/nat/b1", """{"host": "10.9.0.21", "port": 80, "method": "nat", "pulse": {"type": "none"} }""");
        await gorb.PutAsync("/service/direct", $$"""{"host": "{{SecondDirector.Direct}}", "port": 80}""");
        await gorb.PutAsync("/service/direct/b2", """{"host": "10.9.0.22", "port": 80, "method": "dr", "pulse": {"type": "none"} }""");
    }

    private static async Task PutHashedAsync(GorbProcess gorb, params string[] backends)
    {
        await gorb.PutAsync("/service/hashed", $$"""{"host": "{{Hashed}}", "port": 80, "method": "mh", "flags": "mh-port"}""");
        foreach (var backend in backends)
        {
            await gorb.PutAsync($"/service/hashed/{backend}", $$"""{"host": "{{Network.Address(backend)}}", "port": 80, "method": "dr", "pulse": {"type": "none"} }""");
        }
    }

    private static Task RunsAsync(GorbProcess gorb, params string[] statuses) =>
        Eventually.Async(async () => (await StatusesAsync(gorb)).SequenceEqual(statuses), () => gorb.Log + Shell.Run("ipvsadm", "-l", "--daemon"));

    private static async Task<IReadOnlyList<string>> StatusesAsync(GorbProcess gorb) =>
    [
        .. (await gorb.GetAsync("/cluster")).GetProperty("sync").GetProperty("daemons").EnumerateArray()
            .Select(static one => $"{one.GetProperty("status")}{(one.GetProperty("owned").GetBoolean() ? " owned" : "")}"),
    ];
}
