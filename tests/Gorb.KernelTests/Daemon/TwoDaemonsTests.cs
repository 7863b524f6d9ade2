using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>Two daemons on one kernel.</summary>
public sealed class TwoDaemonsTests : OwnDaemonTest
{
    /// <summary>One test of a whole fight: daemons look for each other every five seconds.</summary>
    [Fact]
    public async Task SameServiceWithOtherSettings_TheOtherIsNamed_AndTheFightEnds_AlsoWithTheOther()
    {
        await using var first = await StartAsync("--resync", "1s");
        await using var second = await GorbProcess.StartAsync("--resync", "1s");
        await first.LogsAsync(NameOf(second));
        await second.LogsAsync($"state file {State}, ");

        await first.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "method": "rr"}""");
        await second.PutAsync("/service/mine", """{"host": "10.9.0.100", "port": 80, "method": "wlc"}""");

        await first.LogsAsync("Something else keeps changing tcp/10.9.0.100:80; ");
        await second.LogsAsync("It may be another Gorb (process ");
        foreach (var gorb in (GorbProcess[])[first, second])
        {
            (await gorb.GetAsync("/readyz")).GetProperty("warnings")[0].GetString().Should().Contain("keeps changing tcp/10.9.0.100:80");
        }

        var repairs = await RepairsAsync(first, second);
        await second.PutAsync("/service/other", """{"host": "10.9.0.100", "port": 81, "method": "wlc"}""");
        Shell.Run("ipvsadm", "-D", "-t", "10.9.0.100:81");
        await Eventually.Async(() => Task.FromResult(Shell.Ipvsadm().Contains("-A -t 10.9.0.100:81 -s wlc"))); // entries that are not contested are repaired as usual
        await Eventually.Async(async () => await RepairsAsync(first, second) == repairs + 1); // counted after the kernel has it

        (await FindingsAsync(first)).Should().Contain(("second-gorb", $"kill {second.Id}")).And.Contain(("entry-contested", $"kill -HUP {first.Id}"));

        (await second.TerminateAsync()).Should().Be(0);
        Shell.Run("ipvsadm", "-E", "-t", "10.9.0.100:80", "-s", "wlc");

        await Eventually.Async(() => Task.FromResult(Shell.Ipvsadm().Contains("-A -t 10.9.0.100:80 -s rr")), () => first.Log);
        await first.LogsAsync("The other Gorb has ended: ");
        await Eventually.Async(async () => (await first.GetAsync("/readyz")).GetProperty("warnings").GetArrayLength() == 0);
        var findings = await FindingsAsync(first);
        findings.Should().NotContain(("second-gorb", $"kill {second.Id}")); // the daemon that tests share may run, too
        findings.Select(finding => finding.Code).Should().NotContain("entry-contested");
    }

    private static async Task<IReadOnlyList<(string Code, string? Command)>> FindingsAsync(GorbProcess gorb) =>
    [
        .. (await gorb.GetAsync("/doctor?probe=false")).GetProperty("findings").EnumerateArray()
            .Select(finding => (finding.GetProperty("code").GetString()!, finding.TryGetProperty("command", out var command) ? command.GetString() : null)),
    ];

    /// <summary>
    /// Any user of the host can create such a socket. A process that is not root's may find a daemon of root, but the daemon does not trust it. Nor is a predecessor named
    /// that has ended.
    /// </summary>
    [Fact]
    public async Task ProcessOfAnotherUser_AndOneThatHasEnded_AreNotNamed()
    {
        await using var ended = await StartAsync();
        (await ended.TerminateAsync()).Should().Be(0);
        await using var first = await StartAsync("--verbose");
        await using var user = await GorbProcess.StartUnderAsync(
            ["setpriv", "--reuid", "65534", "--inh-caps", "+net_admin", "--ambient-caps", "+net_admin"]);

        await using var third = await GorbProcess.StartAsync(); // after the others, so that the first would name them before or with this one
        await user.LogsAsync(NameOf(first));
        await first.LogsAsync(NameOf(third));

        first.Log.Should().NotContain(NameOf(user)).And.NotContain(NameOf(ended));
    }

    [Fact]
    public async Task Sighup_DoesNotEndTheDockerLink()
    {
        await using var gorb = await StartAsync();
        await using var link = new LoggedProcess("env", "DOCKER_HOST=unix:///nowhere/docker.sock", Repository.Gorb, "docker-link", "-r", gorb.Http.BaseAddress!.Authority);
        await link.LogsAsync("The Docker engine cannot be followed: ");

        link.Signal("HUP");
        link.Signal("HUP");

        (await link.TerminateAsync()).Should().Be(0, "SIGTERM ended it, and not SIGHUP");
    }

    /// <summary>How another daemon names this one. Daemons of other tests may run at the same time and are named too.</summary>
    private static string NameOf(GorbProcess gorb) => $"API at {gorb.Http.BaseAddress!.Authority}, ";

    private static async Task<long> RepairsAsync(params GorbProcess[] daemons)
    {
        var repairs = 0L;
        foreach (var gorb in daemons)
        {
            repairs += (await gorb.GetAsync("/ipvs")).GetProperty("repairs").GetInt64();
        }

        return repairs;
    }
}
