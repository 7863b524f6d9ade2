using System.ComponentModel;
using Gorb.Pulse;
using Gorb.Pulse.Probes;

namespace Gorb.Tests.Pulse.Probes;

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

    [Fact]
    public async Task Exec_NoSuchProgram_IsSaid()
    {
        var args = new ExecArgs { Program = "/no/such/program" };

        (await Probe.RunAsync(new ExecProbe(), Probe.Target(args, 0))).Reason.Should().Contain("/no/such/program");
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
        SpinWait.SpinUntil(() => ids.TrueForAll(IsGone), TimeSpan.FromSeconds(10)).Should().BeTrue();
        File.Delete(file);
    }

    [Theory]
    [InlineData(11)] // EAGAIN: no more processes
    [InlineData(12)] // ENOMEM
    [InlineData(23)] // ENFILE
    [InlineData(24)] // EMFILE
    public void Exec_ThatThisMachineCannotStart_IsNotTheBackendsFault(int errno) =>
        ProbeFailure.Explain(new Win32Exception(errno), Probe.Target(new ExecArgs { Program = "/bin/true" }, 0), TimeSpan.Zero).IsOurFault.Should().BeTrue();

    [Fact]
    public void Exec_WithoutItsProgram_IsAFailure() =>
        ProbeFailure.Explain(new Win32Exception(2), Probe.Target(new ExecArgs { Program = "/bin/nothing" }, 0), TimeSpan.Zero).IsOurFault.Should().BeFalse();

    [Fact]
    public async Task Ping_OfThisMachine_IsAnswered()
    {
        var result = await Probe.RunAsync(new PingProbe(), Probe.Target(new PingArgs(), 0));

        (result.Passed, result.Reason).Should().Be((true, "answered"));
    }

    private static bool IsGone(int id)
    {
        var status = $"/proc/{id}/stat";
        return !File.Exists(status) || File.ReadAllText(status).Contains(") Z ", StringComparison.Ordinal);
    }

    private static Task<ProbeResult> RunAsync(string script, TimeSpan? timeout = null) =>
        Probe.RunAsync(new ExecProbe(), Probe.Target(new ExecArgs { Program = "/bin/sh", Arguments = ["-c", script] }, 80, timeout));
}
