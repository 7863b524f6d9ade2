using System.CommandLine;
using Gorb.Cli;

namespace Gorb.Tests.Cli;

/// <summary>A start of the daemon parses its options without the verbs; nobody notices.</summary>
public sealed class GorbCommandTests
{
    [Theory]
    [InlineData]
    [InlineData("-v", "--state", "none")]
    public void Daemon_IsParsedWithoutVerbs(params string[] words)
    {
        var parsed = Parse(words);

        parsed.Errors.Should().BeEmpty();
        parsed.RootCommandResult.Command.Subcommands.Should().BeEmpty();
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("healthcheck")]
    [InlineData("-v", "healthcheck")]
    [InlineData("--no-such-option")]
    [InlineData("--resync", "never")]
    public void EverythingElse_IsParsedWithThem(params string[] words)
    {
        var parsed = Parse(words);

        parsed.RootCommandResult.Command.Subcommands.Should().NotBeEmpty();
        parsed.Errors.Select(static error => error.Message).Should().Equal(
            GorbCommand.Create(static (_, _) => Task.FromResult(0), static (_, _, _) => Task.FromResult(0)).Parse(words).Errors.Select(static error => error.Message));
    }

    private static ParseResult Parse(string[] words) => GorbCommand.Parse(words, static (_, _) => Task.FromResult(0), static (_, _, _) => Task.FromResult(0));

    [Theory]
    [InlineData("-s 127.0.0.1:1 get services", "get services -s 127.0.0.1:1")]
    [InlineData("--server=lb:1 --token-file F get web -o json", "get web -o json --server=lb:1 --token-file F")]
    [InlineData("--context prod token create ci", "token create ci --context prod")]
    [InlineData("-s lb complete -- drain w", "complete -s lb -- drain w")]
    [InlineData("-l 127.0.0.1:1", "-l 127.0.0.1:1")]
    [InlineData("--token-file F -l 127.0.0.1:1", "--token-file F -l 127.0.0.1:1")]
    [InlineData("-s lb", "-s lb")]
    [InlineData("get services", "get services")]
    public void DaemonThatIsNamedBeforeTheVerb_IsNamedBehindIt(string line, string reordered) => string.Join(' ', ServerFirst.Reorder(line.Split(' '))).Should().Be(reordered);
}
