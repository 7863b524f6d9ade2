using System.Runtime.CompilerServices;
using Gorb.Doctor;

namespace Gorb.Tests.Docs;

/// <summary>The documentation's list of causes is generated from the doctor's table. Run with GORB_WRITE_DOCS=1 to write it again.</summary>
public sealed class CauseTableTests
{
    private const string Begin = "<!-- causes -->\n", End = "\n<!-- end of causes -->";

    [Fact]
    public void Page_ListsEveryCause()
    {
        var path = Path.Combine(Root(), "docs/troubleshooting.md");
        var text = File.ReadAllText(path);
        var start = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = text.IndexOf(End, start - 1, StringComparison.Ordinal);
        var today = string.Concat(Rows().Select(static row => $"\n{row}"));
        if (Environment.GetEnvironmentVariable("GORB_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, $"{text[..start]}{today}\n{text[end..]}");
        }
        else
        {
            text[start..end].TrimEnd('\n').Should().Be(today, "the list is made of the doctor's causes; write it anew with GORB_WRITE_DOCS=1 tests/Gorb.Tests");
        }
    }

    [Fact]
    public void Codes_AreUniqueWordsWithHyphens()
    {
        var codes = CauseTable.All.Select(static cause => cause.Code).ToList();

        codes.Should().OnlyHaveUniqueItems().And.AllSatisfy(static code => code.Should().MatchRegex("^[a-z0-9]+(-[a-z0-9]+)+$"));
    }

    [Fact]
    public void Causes_SpeakInSentences() => CauseTable.All.SelectMany(static cause => new[] { cause.Symptom, cause.Why, cause.Remedy })
        .Should().AllSatisfy(static text => text.Should().EndWith(".").And.NotContain("|"));

    private static IEnumerable<string> Rows() =>
    [
        "| code | severity | what you see | why | remedy |",
        "|---|---|---|---|---|",
        .. CauseTable.All.Select(static cause => $"| `{cause.Code}` | {Diagnosis.Word(cause.Severity)} | {cause.Symptom} | {cause.Why} | {cause.Remedy} |"),
    ];

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
