using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gorb.Cli;

namespace Gorb.Tests.Docs;

/// <summary>The documentation matches the code: links resolve, and each member, path and option is named on its page.</summary>
public sealed partial class PageTests
{
    private const int MaxReadmeLines = 100;

    private static readonly string[] Bodies = ["ServiceBody", "BackendBody"];
    private static readonly string[] Everywhere = ["--help", "--version"];

    private static IEnumerable<string> Pages =>
        [.. Directory.EnumerateFiles(Root(), "*.md"), .. Directory.EnumerateFiles(Path.Combine(Root(), "docs"), "*.md", SearchOption.AllDirectories), Path.Combine(Root(), "src/Gorb.Ipvs/README.md")];

    [Fact]
    public void Readme_FitsOnAPage() => File.ReadLines(Path.Combine(Root(), "README.md")).Count().Should().BeLessThanOrEqualTo(MaxReadmeLines);

    [Fact]
    public void Links_LeadToAPageAndAHeading()
    {
        var broken = from page in Pages
                     from Match link in Link().Matches(File.ReadAllText(page))
                     let target = link.Groups["page"].Value is { Length: > 0 } path ? Path.Combine(Path.GetDirectoryName(page)!, path) : page
                     where !Path.Exists(target) || (link.Groups["heading"].Value is { Length: > 0 } heading && !Headings(target).Contains(heading))
                     select $"{Path.GetRelativePath(Root(), page)}: {link.Value}";

        broken.Should().BeEmpty();
    }

    [Fact]
    public void Api_NamesEveryPathAndMember()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root(), "src/Gorb/Api/openapi.json")));
        var root = document.RootElement;
        var schemas = root.GetProperty("components").GetProperty("schemas");
        var paths = root.GetProperty("paths").EnumerateObject().Select(path => path.Name.Replace("{service}", "NAME").Replace("{backend}", "BACKEND").Replace("{address}", "ADDRESS").Replace("{token}", "TOKEN").Replace("{director}", "DIRECTOR"));
        var members = Bodies.SelectMany(schema => schemas.GetProperty(schema).GetProperty("properties").EnumerateObject().Select(member => $"`{member.Name}`"));
        var page = Text("docs/api.md");

        paths.Concat(members).Where(name => !page.Contains(name, StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Fact]
    public void Commands_AreDescribedWithTheirOptions()
    {
        var root = GorbCommand.Create((_, _) => Task.FromResult(0), (_, _, _) => Task.FromResult(0));
        var link = root.Subcommands.Single(command => command.Name == "docker-link");

        Missing(root.Options, "docs/operations.md").Should().BeEmpty();
        Missing(link.Options, "docs/docker.md").Should().BeEmpty();
        Missing(root.Subcommands.Where(command => command.Name is "apply" or "diff").SelectMany(command => command.Options), "docs/config-file.md").Should().BeEmpty();
        root.Subcommands.Where(command => !command.Hidden).Select(command => command.Name).Where(name => !Text("docs/operations.md").Contains(name, StringComparison.Ordinal)).Should().BeEmpty();
    }

    private static IEnumerable<string> Missing(IEnumerable<Option> options, string page)
    {
        var text = Text(page);
        return options.Select(option => option.Name).Except(Everywhere).Where(name => !text.Contains(name, StringComparison.Ordinal));
    }

    /// <summary>The anchors of a page's headings: lower case, without punctuation, with hyphens for spaces.</summary>
    private static IEnumerable<string> Headings(string page) => File.ReadLines(page)
        .Where(line => line.StartsWith('#'))
        .Select(line => NotInLinks().Replace(line.TrimStart('#').Trim().ToLower(CultureInfo.InvariantCulture), "").Replace(' ', '-'));

    private static string Text(string page) => File.ReadAllText(Path.Combine(Root(), page));

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));

    [GeneratedRegex(@"\]\((?!https?:)(?<page>[^)#]*)(#(?<heading>[^)]*))?\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex("[^a-z0-9 _-]")]
    private static partial Regex NotInLinks();
}
