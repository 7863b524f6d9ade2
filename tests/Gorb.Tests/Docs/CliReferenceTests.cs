using System.Runtime.CompilerServices;
using Gorb.Tests.Health.Probes;

namespace Gorb.Tests.Docs;

/// <summary>docs/cli.md and the man page match the command line. With GORB_WRITE_DOCS=1 these tests write them instead.</summary>
[Collection(Alone.Name)] // a default may come from the environment, which belongs to the whole process
public sealed class CliReferenceTests
{
    private const string Begin = "<!-- verbs -->\n", End = "<!-- end of verbs -->\n";

    [Fact]
    public void Page_HasEveryVerb()
    {
        var path = Path.Combine(Root(), "docs/cli.md");
        var text = File.ReadAllText(path);
        var (start, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));

        Compare(path, text, $"{text[..start]}\n{CliReference.Markdown()}\n{text[end..]}");
    }

    [Fact]
    public void ManPage_HasEveryVerb()
    {
        var path = Path.Combine(Root(), "docs/gorb.1");

        Compare(path, File.Exists(path) ? File.ReadAllText(path) : "", CliReference.ManPage());
    }

    private static void Compare(string path, string present, string wanted)
    {
        if (Environment.GetEnvironmentVariable("GORB_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, wanted);
        }
        else
        {
            present.Should().Be(wanted, "the text is made of the command line; write it anew with GORB_WRITE_DOCS=1 tests/Gorb.Tests");
        }
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
