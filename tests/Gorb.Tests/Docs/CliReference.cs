using System.CommandLine;
using System.Text;
using Gorb.Cli;

namespace Gorb.Tests.Docs;

/// <summary>The verbs with their arguments and options, as <c>docs/cli.md</c> and the man page have them. All of it comes from the command line itself.</summary>
internal static class CliReference
{
    private static readonly RootCommand Root = GorbCommand.Create(static (_, _) => Task.FromResult(0), static (_, _, _) => Task.FromResult(0));

    /// <summary>The options of <see cref="ServerArgument"/>, in the order of its verbs.</summary>
    private static readonly string[] ServerOptions = ["--server", "--context", "--token-file", "--ca", "--cert", "--key"];

    /// <summary>The verbs, those within verbs after them.</summary>
    private static IEnumerable<Command> Verbs => Root.Subcommands.Where(static verb => !verb.Hidden).OrderBy(static verb => verb.Name, StringComparer.Ordinal).SelectMany(All);

    public static string Markdown()
    {
        var text = new StringBuilder("## Verbs\n");
        foreach (var verb in Verbs)
        {
            text.Append($"\n### gorb {Name(verb)}\n\n`{Usage(verb)}`\n\n{Sentence(verb.Description!)}\n");
            Rows(text, verb.Arguments.Select(static argument => (argument.Name, argument.Description!)), "argument");
            Rows(text, Options(verb).Select(static option => (Names(option), option.Description!)), "option");
        }

        text.Append("\n## Options of all verbs that ask a daemon\n");
        Rows(text, ServerOptions.Select(Find).Select(static option => (Names(option), option.Description!)), "option");
        return text.ToString();
    }

    /// <summary>The man page, in the macros of man(7).</summary>
    public static string ManPage()
    {
        var text = new StringBuilder(".\\\" Made of the descriptions of the command line: GORB_WRITE_DOCS=1 tests/Gorb.Tests\n.TH GORB 1 \"\" \"Gorb\" \"User Commands\"\n.SH NAME\ngorb \\- REST API for the load balancer in the Linux kernel (IPVS)\n");
        text.Append(".SH SYNOPSIS\n.B gorb\n[options]\n.br\n.B gorb\n.I verb\n[options]\n");
        text.Append($".SH DESCRIPTION\n{Roff(Root.Description!)}\n.SH OPTIONS OF THE DAEMON\n");
        Items(text, Root.Options.Where(static option => option.Name is not ("--help" or "--version")));
        text.Append(".SH VERBS\n");
        foreach (var verb in Verbs)
        {
            text.Append($".SS {Roff(Usage(verb))}\n{Roff(Sentence(verb.Description!))}\n");
            foreach (var argument in verb.Arguments)
            {
                text.Append($".TP\n.I {Roff(argument.Name)}\n{Roff(argument.Description!)}\n");
            }

            Items(text, Options(verb));
        }

        text.Append(".SH OPTIONS OF ALL VERBS THAT ASK A DAEMON\n");
        Items(text, ServerOptions.Select(Find));
        return text.ToString();
    }

    private static IEnumerable<Command> All(Command verb) => (verb.Action is null ? Enumerable.Empty<Command>() : [verb]).Concat(verb.Subcommands.SelectMany(All));

    private static IEnumerable<Option> Options(Command verb) => verb.Options.Where(option => !(verb.Options.Any(static other => other.Name == ServerOptions[0]) && ServerOptions.Contains(option.Name)) && option.Name is not ("--help" or "--version"));

    private static Option Find(string name) => Root.Subcommands.SelectMany(static verb => verb.Options).First(option => option.Name == name);

    private static string Name(Command verb) => string.Join(' ', verb.Parents.OfType<Command>().Where(static parent => parent is not RootCommand).Select(static parent => parent.Name).Append(verb.Name));

    private static string Usage(Command verb)
    {
        var arguments = verb.Arguments.Select(static argument => argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}]" : argument.Arity.MaximumNumberOfValues > 1 ? $"{argument.Name}..." : argument.Name);
        return string.Join(' ', new[] { $"gorb {Name(verb)}" }.Concat(arguments));
    }

    private static string Names(Option option) =>
        string.Join(", ", option.Aliases.Append(option.Name).OrderBy(static name => name.Length)) + (option.HelpName is { } value ? $" {value}" : "");

    private static string Sentence(string text) => text.EndsWith('.') ? text : $"{text}.";

    private static void Rows(StringBuilder text, IEnumerable<(string Name, string Meaning)> rows, string heading)
    {
        foreach (var (index, (name, meaning)) in rows.Index())
        {
            text.Append(index == 0 ? $"\n| {heading} | meaning |\n|---|---|\n" : "");
            text.Append($"| `{name.Replace("|", "\\|", StringComparison.Ordinal)}` | {meaning.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }
    }

    private static void Items(StringBuilder text, IEnumerable<Option> options)
    {
        foreach (var option in options)
        {
            text.Append($".TP\n.B {Roff(Names(option))}\n{Roff(option.Description!)}\n");
        }
    }

    private static string Roff(string text)
    {
        var escaped = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal);
        return escaped is ['.' or '\'', ..] ? $"\\&{escaped}" : escaped;
    }
}
