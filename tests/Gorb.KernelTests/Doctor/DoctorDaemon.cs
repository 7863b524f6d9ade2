using System.Diagnostics;
using System.Text.Json;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Doctor;

/// <summary>One daemon for all causes. It repairs nothing by itself, so that what a test plants stays.</summary>
public sealed class DoctorDaemon : IAsyncLifetime
{
    /// <summary>A function for the scripts: repeats a command until it succeeds, and fails after 60 s.</summary>
    private const string UntilTrue = """until_true() { for i in $(seq 600); do "$@" && return; sleep 0.1; done; echo "not within 60 s: $*"; return 1; }""";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("gorb-doctor-");
    private GorbProcess? _gorb;

    internal GorbProcess Gorb => _gorb!;

    public async ValueTask InitializeAsync()
    {
        Kernel.ClearTable();
        _gorb = await GorbProcess.StartAsync("-i", "br0", "--state", Path.Combine(_directory.FullName, "gorb.db"), "--resync", "none", "--sysctl", "off");
    }

    public async ValueTask DisposeAsync()
    {
        await Gorb.DisposeAsync();
        Kernel.ClearTable();
        _directory.Delete(recursive: true);
    }

    /// <summary>The findings of a cause.</summary>
    internal async Task<IReadOnlyList<JsonElement>> FindAsync(Plant plant) =>
    [
        .. (await Gorb.GetAsync(plant.IsProbed ? "/doctor" : "/doctor?probe=false")).GetProperty("findings").EnumerateArray()
            .Where(finding => finding.GetProperty("code").GetString() == plant.Code
                && (plant.Subject is null || (finding.TryGetProperty("subject", out var subject) && subject.GetString() == plant.Subject))),
    ];

    /// <summary>Runs a shell script, as a person would paste it.</summary>
    /// <returns>The exit status, with what was printed.</returns>
    internal async Task<(int Status, string Output)> RunAsync(string script)
    {
        var start = new ProcessStartInfo("sh", ["-c", $"{UntilTrue}\n{{ {script}\n}} 2>&1"]) { RedirectStandardOutput = true };
        start.Environment["GORB_PID"] = Gorb.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
        start.Environment["GORB_LISTEN"] = Gorb.Http.BaseAddress!.Authority;
        start.Environment["PATH"] = $"{Repository.Path("tests/stand-ins")}:{Path.GetDirectoryName(Repository.Gorb)}:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }
}
