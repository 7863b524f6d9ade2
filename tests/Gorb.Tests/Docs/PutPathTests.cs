using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Gorb.Tests.Docs;

/// <summary>The table in architecture.md of the files that a PUT of a backend visits names files and methods that are there.</summary>
public sealed partial class PutPathTests
{
    private static readonly string Sources = Path.Combine(Root(), "src");

    [Fact]
    public void Files_AndMethods_AreThere()
    {
        var rows = Row().Matches(Section()).ToList();
        var files = rows.Select(static row => Find(row.Groups["file"].Value)).ToList();
        var texts = files.Select(File.ReadAllText).ToList();
        var words = rows.SelectMany(static row => Word().Matches(row.Groups["what"].Value)).Select(static word => word.Groups["word"].Value).ToList();

        rows.Select(static row => row.Groups["number"].Value).Should().Equal(Enumerable.Range(1, rows.Count).Select(static number => $"{number}"));
        rows.Should().NotBeEmpty();
        words.Where(static word => word.EndsWith(".cs", StringComparison.Ordinal)).Should().OnlyContain(static file => Find(file).Length > 0);
        words.Where(static word => !word.EndsWith(".cs", StringComparison.Ordinal)).Should().NotBeEmpty().And.OnlyContain(method => texts.Any(text => text.Contains($" {method}(", StringComparison.Ordinal)));
    }

    private static string Section()
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs/design/architecture.md"));
        var start = page.IndexOf("### The files of a PUT of a backend, in order", StringComparison.Ordinal);
        start.Should().BePositive();
        return page[start..page.IndexOf("\n## ", start, StringComparison.Ordinal)];
    }

    /// <summary>Finds a file by its path below src/Gorb or src, or by its name.</summary>
    private static string Find(string file) =>
        new[] { Path.Combine(Sources, "Gorb", file), Path.Combine(Sources, file) }.FirstOrDefault(File.Exists)
        ?? Directory.EnumerateFiles(Sources, Path.GetFileName(file), SearchOption.AllDirectories).FirstOrDefault(found => found.EndsWith($"/{file}", StringComparison.Ordinal))
        ?? throw new FileNotFoundException($"architecture.md names {file}, which is not in src");

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));

    [GeneratedRegex(@"^\| (?<number>\d+) \| `(?<file>[^`]+\.cs)` \| (?<what>.*) \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<word>[A-Za-z/.]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Word();
}
