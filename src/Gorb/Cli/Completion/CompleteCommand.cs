using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Gorb.Cli.Contexts;
using Gorb.Cli.Objects;
using Gorb.Cli.Show;
using Gorb.Client;
using Gorb.Model;

namespace Gorb.Cli.Completion;

/// <summary><c>gorb complete -- WORDS</c>: prints what the last word may become, one on a line, for the scripts of <see cref="CompletionCommand"/>. It never fails: a shell would show that.</summary>
internal static class CompleteCommand
{
    /// <summary>How long a person waits for names after a tab.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    private static readonly string[] Kinds = [Views.Services, Views.Sources, Views.Vips, Views.Directors, GetCommand.Config];

    /// <param name="create">Creates the whole command line.</param>
    public static Command Create(Func<RootCommand> create)
    {
        var words = new Argument<string[]>("WORDS") { Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("complete", "Prints what the last word may become.") { words };
        command.Hidden = true;
        command.SetAction(async (result, stop) =>
        {
            foreach (var word in await FindAsync(create(), result.GetValue(words) ?? [], stop))
            {
                await Terminal.WriteLineAsync(word);
            }

            return ExitStatus.Done;
        });
        return command;
    }

    private static async Task<IEnumerable<string>> FindAsync(RootCommand root, string[] words, CancellationToken stop)
    {
        var (before, last) = words is [.., var word] ? (words[..^1], word) : ([], "");
        var parsed = root.Parse(before);
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens.Count > 0)
        {
            return [];
        }

        var found = command.Options.FirstOrDefault(option => before is [.., var previous] && (option.Name == previous || option.Aliases.Contains(previous)) && option.Arity.MinimumNumberOfValues > 0) is { } option
            ? Values(option)
            : last.StartsWith('-') ? command.Options.Where(static option => !option.Hidden).Select(static option => option.Name)
            : command.Subcommands.Where(static verb => !verb.Hidden).Select(static verb => verb.Name).Concat(await ValuesAsync(parsed, last, stop));
        return found.Where(one => one.StartsWith(last, StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal);
    }

    /// <summary>The values of an option that are known: words of a closed set, or the user's contexts.</summary>
    private static IEnumerable<string> Values(Option option)
    {
        try
        {
            return option.Name == "--context" ? ContextFile.Read().Contexts.Keys.Append(ContextFile.None) : option.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty).Select(static item => item.Label);
        }
        catch (SettingException)
        {
            return []; // the verb itself will say what is wrong with the file
        }
    }

    /// <summary>The values of the argument that is next: words of a closed set, or names of the daemon.</summary>
    private static async Task<IEnumerable<string>> ValuesAsync(ParseResult parsed, string last, CancellationToken stop)
    {
        var command = parsed.CommandResult.Command;
        var given = parsed.CommandResult.Children.OfType<ArgumentResult>().Sum(static argument => argument.Tokens.Count);
        if (command.Arguments.ElementAtOrDefault(given) is not { } argument)
        {
            return [];
        }

        var kinds = argument.Name == GetCommand.What ? Kinds : [];
        return argument.Name.Contains("SERVICE", StringComparison.Ordinal) || kinds.Length > 0
            ? kinds.Concat(await NamesAsync(parsed, last, argument.Name != "SERVICE", stop))
            : argument.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty).Select(static item => item.Label);
    }

    /// <summary>The names of services, or of the backends of the service that the word begins with; none when the daemon does not answer soon.</summary>
    private static async Task<IEnumerable<string>> NamesAsync(ParseResult parsed, string last, bool hasBackends, CancellationToken stop)
    {
        try
        {
            if (parsed.CommandResult.Command.Options.OfType<ServerOption>().FirstOrDefault() is not { } server || parsed.GetResult(server)?.Errors.Any() == true)
            {
                return [];
            }

            using var client = server.Owner.Read(parsed).Connect(Timeout);
            var slash = last.IndexOf('/', StringComparison.Ordinal);
            return !hasBackends ? await client.FindServicesAsync(stop)
                : slash > 0 ? (await client.FindBackendsAsync(new ObjectPath(last[..slash], null), stop)).Select(static path => path.ToString())
                : (await client.FindServicesAsync(stop)).SelectMany(static name => (string[])[name, $"{name}/"]);
        }
        catch (Exception error) when (error is GorbException or JsonException or SettingException)
        {
            return []; // the verb itself will say why
        }
    }
}
