using System.Text.Json;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Doctor;

/// <summary>gorb doctor where no daemon runs: it examines this host by itself.</summary>
public sealed class LonelyDoctorTests
{
    private const int Warnings = 1, Unreachable = 3, Errors = 5;

    [Fact]
    public async Task WithoutADaemon_ThisHostIsExamined()
    {
        var result = await RunAsync();

        result.Status.Should().Be(Warnings, result.Output + result.Errors);
        result.Output.Should().Contain("warning: no-daemon").And.NotContain("error:");
        (await VerbResult.RunAsync("", "doctor", "-s", "127.0.0.1:9")).Status.Should().Be(Unreachable);
    }

    [Fact]
    public async Task WithoutRights_TheCapabilitiesAreNamed()
    {
        var (status, codes) = await CodesAsync("setpriv", "--bounding-set=-net_admin,-net_raw", "--inh-caps=-all");

        status.Should().Be(Errors);
        codes.Should().Contain("no-net-admin").And.Contain("no-net-raw").And.NotContain("ipvs-missing");
    }

    [Fact]
    public async Task InAnotherNamespace_ItIsSaid() =>
        (await CodesAsync("ip", "netns", "exec", "b1")).Codes.Should().Contain("own-namespace");

    [Fact]
    public async Task WithReadOnlySettings_ItIsSaid_AndTheCommandMendsIt()
    {
        const string plant = "mount --make-rprivate / && mount --bind /proc/sys /proc/sys && mount -o remount,ro,bind /proc/sys";
        (await CodesAsync("unshare", "-m", "sh", "-c", $"{plant} && exec \"$0\" \"$@\"")).Codes.Should().Contain("settings-read-only");
        (await CodesAsync("unshare", "-m", "sh", "-c", $"{plant} && mount -o remount,rw,bind /proc/sys && exec \"$0\" \"$@\"")).Codes.Should().NotContain("settings-read-only");
    }

    [Fact]
    public async Task AStateFileOnAReadOnlyDisk_IsFound_AndTheCommandMendsIt()
    {
        const string plant = "mount --make-rprivate / && mount -t tmpfs -o ro none /mnt";
        var (status, findings) = await FindingsAsync(["unshare", "-m", "sh", "-c", $"{plant} && exec \"$0\" \"$@\""], "--state", "/mnt/gorb/gorb.db");

        status.Should().Be(Errors);
        var command = findings.Single(finding => finding.GetProperty("code").GetString() == "state-unwritable").GetProperty("command").GetString();
        (await FindingsAsync(["unshare", "-m", "sh", "-c", $"{plant} && {command} && exec \"$0\" \"$@\""], "--state", "/mnt/gorb/gorb.db")).Findings
            .Should().NotContain(finding => finding.GetProperty("code").GetString() == "state-unwritable");
    }

    private static async Task<(int Status, IReadOnlyList<string> Codes)> CodesAsync(params string[] wrapper)
    {
        var (status, findings) = await FindingsAsync(wrapper);
        return (status, [.. findings.Select(finding => finding.GetProperty("code").GetString()!)]);
    }

    private static async Task<(int Status, IReadOnlyList<JsonElement> Findings)> FindingsAsync(string[] wrapper, params string[] options)
    {
        var result = await RunAsync([.. wrapper, Repository.Gorb, "doctor", "--json", .. options]);
        result.Output.Should().StartWith("{", result.Errors);
        return (result.Status, [.. JsonDocument.Parse(result.Output).RootElement.GetProperty("findings").EnumerateArray()]);
    }

    private static Task<VerbResult> RunAsync(params string[] command) =>
        command.Length == 0 ? VerbResult.RunAsync("", "doctor") : VerbResult.RunProgramAsync(command);
}
