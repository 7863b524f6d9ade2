using Gorb.Health.Probes;
using Gorb.Model.Checks;

namespace Gorb.Tests.Health.Probes;

public sealed class ExecAndPingProbeTests
{
    [Theory]
    [InlineData("exit 0", true, "status 0")]
    [InlineData("echo fine; exit 0", true, "status 0: fine")]
    [InlineData("echo no disk >&2; exit 3", false, "status 3, expected 0: no disk")]
    [InlineData("test $GORB_HOST:$GORB_PORT = 127.0.0.1:80", true, "status 0")]
    public async Task Exec_StatusIsJudged(string script, bool passes, string reason)
    {
        var result = await RunAsync(script);

        (result.Passed, result.Reason).Should().Be((passes, reason));
    }

    [Fact]
    public async Task Exec_OutputWithoutEnd_IsBounded() =>
        (await RunAsync("head -c 10000000 /dev/zero | tr '\\0' x; exit 1")).Reason.Should().HaveLength("status 1, expected 0: ".Length + 200);

    /// <summary>A program that cannot be started is not a failure of the backend.</summary>
    [Theory]
    [InlineData("/no/such/program", "/no/such/program cannot be started: it does not exist")]
    [InlineData("/etc/passwd", "/etc/passwd cannot be started: the daemon may not execute it")]
    [InlineData("/dev", "/dev cannot be started: it is no program that this host can execute")]
    public async Task Exec_ThatCannotBeStarted_IsNotTheBackendsFault(string program, string reason)
    {
        var result = await Probe.RunAsync(new ExecProbe(static _ => null), Probe.Target(new ExecArgs { Program = program }, 0));

        (result.Passed, result.IsLocalFault, result.Reason).Should().Be((false, true, reason));
    }

    [Fact]
    public async Task Exec_AtTheTimeout_IsKilledWithItsChildren()
    {
        var file = Path.GetTempFileName();
        var script = $"sleep 1000 & echo $! > {file}; echo $$ >> {file}; wait";

        var result = await RunAsync(script, TimeSpan.FromSeconds(1));

        result.Reason.Should().Be("timed out after 1s");
        var ids = (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)).Select(int.Parse).ToList();
        ids.Should().HaveCount(2);
        SpinWait.SpinUntil(() => ids.TrueForAll(IsGone), TimeSpan.FromSeconds(100)).Should().BeTrue();
        File.Delete(file);
    }

    [Fact]
    public async Task Ping_OfThisMachine_IsAnswered()
    {
        var result = await Probe.RunAsync(new PingProbe(), Probe.Target(new PingArgs(), 0));

        (result.Passed, result.Reason).Should().Be((true, "answered"));
    }

    [Fact]
    public async Task Ping_OverIpv6_IsAnswered() =>
        (await Probe.RunAsync(new PingProbe(), Probe.Target(new PingArgs(), 0, host: "::1", address: "::1"))).Reason.Should().Be("answered");

    private static bool IsGone(int id)
    {
        var status = $"/proc/{id}/stat";
        return !File.Exists(status) || File.ReadAllText(status).Contains(") Z ", StringComparison.Ordinal);
    }

    private static Task<ProbeResult> RunAsync(string script, TimeSpan? timeout = null) =>
        Probe.RunAsync(new ExecProbe(static _ => null), Probe.Target(new ExecArgs { Program = "/bin/sh", Arguments = ["-c", script] }, 80, timeout));
}
