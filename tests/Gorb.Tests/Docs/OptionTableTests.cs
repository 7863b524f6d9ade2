using System.Collections;
using System.CommandLine;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Gorb.Cli;
using Gorb.Tests.Health.Probes;

namespace Gorb.Tests.Docs;

/// <summary>The documentation's tables of options match <c>--help</c>: the code is the only source of names, defaults and meanings.</summary>
[Collection(Alone.Name)] // a default may come from the environment, which belongs to the whole process
public sealed partial class OptionTableTests
{
    private static readonly RootCommand Root = GorbCommand.Create((_, _) => Task.FromResult(0), (_, _, _) => Task.FromResult(0));

    public static TheoryData<string, string> Tables => new() { { "gorb", "docs/operations.md" }, { "docker-link", "docs/docker.md" } };

    [Theory]
    [MemberData(nameof(Tables))]
    public void Table_HasARowForEachOption_WithItsDefaultAndItsHelp(string command, string page)
    {
        var options = command == "gorb" ? Root.Options : Root.Subcommands.Single(one => one.Name == command).Options;

        Rows(page).Should().Equal(options.Where(option => option.Name is not ("--help" or "--version")).Select(Row));
    }

    /// <summary>The table row of an option, without markup.</summary>
    private static string Row(Option option)
    {
        var names = option.Aliases.Append(option.Name).OrderBy(name => name.Length).ToList();
        names[^1] += option.HelpName is { } value ? $" {value}" : "";
        return $"{string.Join(", ", names)} | {Default(option)} | {Plain(option.Description!)}";
    }

    private static string Default(Option option) => (option.HasDefaultValue ? option.GetDefaultValue() : null) switch
    {
        bool value => value ? "true" : "off",
        EndPoint[] addresses => string.Join(" ", addresses.Select(ListenAddress.Format)),
        string text => text,
        IEnumerable values => string.Join(" ", values.Cast<string>()),
        _ => option.ValueType == typeof(bool) ? "off" : "",
    };

    /// <summary>The rows of a page's table of options, without markup.</summary>
    private static IEnumerable<string> Rows(string page) => File.ReadLines(Path.Combine(Folder(), page))
        .SkipWhile(line => !line.StartsWith("| option | default |", StringComparison.Ordinal))
        .Skip(2)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => Plain(string.Join(" | ", Bar().Split(line.Trim('|')).Select(cell => cell.Trim().Replace("\\|", "|", StringComparison.Ordinal)))));

    private static string Plain(string text) => Link().Replace(text, "$1").Replace("`", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal);

    private static string Folder([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Bar();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();
}
