using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Gorb.Documents.Yaml;
using Gorb.Tests.Api;

namespace Gorb.Tests.Docs;

/// <summary>The GitHub workflow of docs/ci.md: it is YAML, and what its steps run works against a daemon, with a stand-in for GitHub's own program.</summary>
public sealed class WorkflowTests : DaemonTest
{
    private const string Page = "docs/ci.md";

    private string _folder = "";

    private protected override Task PrepareAsync()
    {
        _folder = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(_file.Path)!, "checkout")).FullName;
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Steps_OfTheWorkflow_Work()
    {
        foreach (var name in (string[])["store.yaml", "deploy"])
        {
            await File.WriteAllTextAsync(Path.Combine(_folder, name), Block($"<!-- file: {name} -->"), TestContext.Current.CancellationToken);
        }

        await File.WriteAllTextAsync(Path.Combine(_folder, "gh"), "#!/bin/sh\necho \"$*\" >gh.called; cat \"$5\" >gh.comment\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(Path.Combine(_folder, "gh"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var workflow = JsonDocument.Parse(YamlReader.ToJson(Block("## Review\n", "```yaml\n"), cancellationToken: TestContext.Current.CancellationToken));
        var steps = workflow.RootElement.GetProperty("jobs").GetProperty("store").GetProperty("steps").EnumerateArray().Where(static step => step.TryGetProperty("run", out _)).ToList();
        steps.Should().HaveCount(2);

        await RunAsync(steps[0].GetProperty("run").GetString()!);
        (await File.ReadAllTextAsync(Path.Combine(_folder, "gh.called"), TestContext.Current.CancellationToken)).Should().Be("pr comment 7 --body-file changes.txt\n");
        (await File.ReadAllTextAsync(Path.Combine(_folder, "gh.comment"), TestContext.Current.CancellationToken)).Should().Contain("add service store").And.Contain("add backend store/blue");

        await RunAsync(steps[1].GetProperty("run").GetString()!);
        (await _daemon.GetAsync("/service/store/blue")).GetProperty("source").GetString().Should().Be("ci");
    }

    /// <summary>Runs a step as the runner does: with sh -e, after its expressions are replaced.</summary>
    private async Task RunAsync(string step)
    {
        var start = new ProcessStartInfo("sh", ["-ec", step.Replace("${{ github.event.number }}", "7", StringComparison.Ordinal)]) { WorkingDirectory = _folder, RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["PATH"] = $"{_folder}:{AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["GORB_ADDR"] = _daemon.Http.BaseAddress!.ToString();
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.Should().Be(0, $"{step} printed {await output}{await errors}");
    }

    /// <summary>The code block that follows a text of the page.</summary>
    private static string Block(string before, string opening = "```")
    {
        var page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "../../..", Page));
        var start = page.IndexOf(opening, page.IndexOf(before, StringComparison.Ordinal), StringComparison.Ordinal);
        start = page.IndexOf('\n', start) + 1;
        return page[start..page.IndexOf("\n```", start, StringComparison.Ordinal)] + "\n";
    }

    private static string Here([CallerFilePath] string here = "") => here;
}
