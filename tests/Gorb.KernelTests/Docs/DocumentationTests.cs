using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Docs;

/// <summary>The shell blocks of the documentation work unchanged; tests/lab/document describes how they run.</summary>
public sealed class DocumentationTests
{
    private static readonly string[] AtTheRoot = ["README.md", "CONTRIBUTING.md", "SECURITY.md"];

    [Fact]
    public async Task ShellBlocks_OfEveryPage_WorkAsTheyStand()
    {
        var pages = AtTheRoot.Concat(Directory.EnumerateFiles(Repository.Path("docs"), "*.md", SearchOption.AllDirectories)
            .Select(page => Path.GetRelativePath(Repository.Path("."), page)).Order(StringComparer.Ordinal));

        // Processes that a block leaves running end with their PID namespace.
        await using var run = new LoggedProcess(
            "unshare", ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", Repository.Path("tests/lab/document"), Repository.Gorb, .. pages]);

        if (await run.EndAsync() != 0)
        {
            Assert.Fail(run.Log.Trim()); // begins with page, line and reason
        }
    }
}
