using System.Runtime.CompilerServices;
using Gorb.Model.Descriptions;

namespace Gorb.Tests.Docs;

/// <summary>The documentation's tables of members are generated from their descriptions. Run with GORB_WRITE_DOCS=1 to write them again.</summary>
public sealed class MemberTableTests
{
    private const string End = "\n<!-- end of members -->";

    public static TheoryData<string, string> Tables => new()
    {
        { "docs/api.md", "ServiceBody" },
        { "docs/api.md", "BackendBody" },
        { "docs/health-checks.md", "policy" },
        { "docs/health-checks.md", "Pulse" },
        { "docs/health-checks.md", "args" },
    };

    [Theory]
    [MemberData(nameof(Tables))]
    public void Table_IsWhatTheDescriptionsSay(string page, string table)
    {
        var path = Path.Combine(Root(), page);
        var text = File.ReadAllText(path);
        var begin = $"<!-- members: {table} -->\n";
        var start = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        start.Should().BeGreaterThan(begin.Length, $"{page} has the table of {table}");
        var end = text.IndexOf(End, start, StringComparison.Ordinal);
        var today = string.Concat(Rows(table, Path.GetFileName(page)).Select(static row => $"\n{row}"));
        if (Environment.GetEnvironmentVariable("GORB_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, $"{text[..start]}{today}\n{text[end..]}");
        }
        else
        {
            text[start..end].TrimEnd('\n').Should().Be(today, "the table is made of the descriptions; write it anew with GORB_WRITE_DOCS=1 tests/Gorb.Tests");
        }
    }

    private static IEnumerable<string> Rows(string table, string page) => table switch
    {
        "ServiceBody" => Members(ServiceDescription.All.Members, page),
        "BackendBody" => Members(BackendDescription.All.Members, page),
        "policy" => Members(ServiceDescription.All.Members.Where(static member => member.Section == Section.Policy), page),
        "Pulse" => Members(PulseDescription.All.Members, page),
        _ =>
        [
            "| type | argument | default | meaning |",
            "|---|---|---|---|",
            .. ArgsDescription.All.SelectMany(type => type.Members.Select(member => $"| {type.Meaning} {Row("", member, page)}")),
        ],
    };

    private static IEnumerable<string> Members(IEnumerable<IMember> members, string page) =>
        ["| member | default | meaning |", "|---|---|---|", .. members.SelectMany(member => Rows("", member, page))];

    /// <summary>The row of a member and the rows of its nested members.</summary>
    private static IEnumerable<string> Rows(string parent, IMember member, string page) =>
        [Row(parent, member, page), .. (member.Inner?.Members ?? []).SelectMany(inner => Rows($"{parent}{member.Name}.", inner, page))];

    private static string Row(string parent, IMember member, string page) =>
        $"| `{parent}{member.Name}` | {Cell(member.Default ?? "")}{(member.Default is null ? "" : " ")}| {Cell(member.Meaning)}{See(member.See, page)} |";

    /// <summary>A member's link, relative to the page; nothing for a link to the page as a whole.</summary>
    private static string See(string? link, string page) => link is null || link.EndsWith($"({page})", StringComparison.Ordinal) ? ""
        : $" See {link.Replace($"({page}#", "(#", StringComparison.Ordinal)}.";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
