using Gorb.Tests.Api;
using Gorb.Tests.Cli.Terminals;
using Gorb.Tests.Health.Probes;

namespace Gorb.Tests.Cli;

/// <summary>What verbs draw on a terminal, and what a shell completes there.</summary>
[Collection(Alone.Name)]
public sealed class TerminalTests : VerbTest
{
    private const string Prompt = "shell> ";

    private protected override async Task PrepareAsync()
    {
        await _daemon.PutAsync("/service/mail", """{"host": "10.9.0.100", "port": 25}""");
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 81, "pulse": {"type": "none"}}""");
        await _daemon.PutAsync("/service/web/b2", """{"host": "10.9.0.22", "port": 82, "pulse": {"type": "none"}}""");
    }

    [Fact]
    public async Task WatchedTable_StaysInPlace_AndFollowsChanges()
    {
        await using var terminal = new PseudoTerminal($"gorb get services -w -s {Server}");
        await terminal.UntilAsync(static text => text.StartsWith("SERVICE ") && text.Contains("web ") && text.Contains("2/2"));

        await _daemon.PatchAsync("/service/web/b2", """{"drain": true}""");
        await terminal.UntilAsync(static text => text.StartsWith("SERVICE ") && text.Contains("degraded") && text.Contains("1/2") && !text.Contains("2/2"));
        terminal.Raw.Should().Contain("\x1b[33mweb ", "what is degraded is yellow");

        terminal.Type("\u0003");
        await terminal.EndAsync();
    }

    /// <summary>What no-color.org asks for.</summary>
    [Fact]
    public async Task NoColor_LeavesColorsOut()
    {
        await _daemon.PatchAsync("/service/web/b2", """{"drain": true}""");
        await using var terminal = new PseudoTerminal($"gorb get services -s {Server}; NO_COLOR=1 gorb get services -s {Server}");

        (await terminal.EndAsync()).Should().Be(0);

        terminal.Text.Should().MatchRegex("(?s)degraded.*degraded");
        terminal.Raw.Split("\x1b[33mweb ").Should().HaveCount(2, "the second table has no colors");
    }

    [Fact]
    public async Task Token_InTheEnvironment_IsSent()
    {
        const string token = "a-token-of-at-least-32-characters-for-the-test";
        await using var daemon = new TestDaemon { IsTokenRequired = true, FirstToken = token };
        await daemon.InitializeAsync();
        var get = $"gorb get services -s {daemon.Http.BaseAddress} >/dev/null 2>&1; echo status=$?";
        await using var terminal = new PseudoTerminal($"{get}; export GORB_TOKEN={token}; {get}");

        await terminal.EndAsync();

        terminal.Text.Should().MatchRegex("(?s)status=4.*status=0");
    }

    [Fact]
    public async Task Drain_ShowsABarOfTheConnectionsThatAreLeft()
    {
        _daemon.Kernel.Table.SetConnections(81, 4);
        await using var terminal = new PseudoTerminal($"gorb drain web/b1 --wait --timeout 60s -s {Server}; echo status=$?");
        await terminal.UntilAsync(static text => text.Contains("[....................] web/b1: 4 connections left"));

        _daemon.Kernel.Table.SetConnections(81, 1);
        await terminal.UntilAsync(static text => text.Contains("[###############.....] web/b1: 1 connection left"));
        _daemon.Kernel.Table.SetConnections(81, 0);

        await terminal.EndAsync();
        terminal.Text.Should().Be("web/b1: no connections left\nstatus=0", "the bar is gone");
    }

    /// <summary>A person at an interactive bash: tabs complete verbs, options and the names that the daemon has now.</summary>
    [Fact]
    public async Task Bash_CompletesVerbs_Options_AndLiveNames()
    {
        await using var terminal = new PseudoTerminal($"PS1='{Prompt}' GORB_ADDR={Server} exec bash --norc --noprofile -i");
        await terminal.UntilAsync(static text => text.Contains(Prompt.TrimEnd()));
        terminal.Type("bind 'set enable-bracketed-paste off'; source <(gorb completion bash); echo rea''dy\n");
        await terminal.UntilAsync(static text => text.Contains("\nready\n"));

        await CompleteAsync(terminal, "gorb desc", "gorb describe ");
        await CompleteAsync(terminal, "gorb drain --wa", "gorb drain --wait ");
        await CompleteAsync(terminal, "gorb wait ma", "gorb wait mail ");
        await CompleteAsync(terminal, "gorb describe web/b", "gorb describe web/b", "web/b1", "web/b2");
        await _daemon.PutAsync("/service/web/green", """{"host": "10.9.0.23", "port": 83, "pulse": {"type": "none"}}""");
        await CompleteAsync(terminal, "gorb weight web/g", "gorb weight web/green ");

        terminal.Type("exit\n");
        await terminal.EndAsync();
    }

    /// <summary>Types a line, presses tab twice, waits for what it becomes and which words are offered, and drops it.</summary>
    private static async Task CompleteAsync(PseudoTerminal terminal, string typed, string completed, params string[] offered)
    {
        terminal.Type($"{typed}\t{(offered.Length > 0 ? "\t" : "")}#");
        await terminal.UntilAsync(text => text.EndsWith($"{Prompt}{completed}#") && offered.All(word => text.Contains(word)));
        terminal.Type("\u0015clear\n");
        await terminal.UntilAsync(static text => text == Prompt.TrimEnd());
    }
}
