using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Gorb.Health.Probes;
using Gorb.Tests.Api;
using Gorb.Tests.Cli.Terminals;
using Gorb.Tests.Health;
using Gorb.Tests.Health.Probes;
using Gorb.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Cli;

/// <summary><c>gorb top</c>, on pseudo-terminals and piped.</summary>
[Collection(Alone.Name)]
public sealed partial class TopTests : VerbTest
{
    private const string Recording = "<!-- recording of gorb top -->\n```text\n";

    private readonly FakeProber _prober = new();
    private int _port;

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new() { Kernel = kernel, Port = _port, Configure = services => services.AddSingleton<IProber>(_prober) };

    private protected override async Task PrepareAsync()
    {
        _port = _daemon.Http.BaseAddress!.Port;
        _prober.Fail("10.9.0.22", "connection refused");
        await _daemon.PutAsync("/service/mail", """{"host": "10.9.0.100", "port": 25}""");
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "method": "rr"}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 81, "weight": 7, "pulse": {"type": "none"}}""");
        await _daemon.PutAsync("/service/web/b2", """{"host": "10.9.0.22", "port": 82, "pulse": {"interval": "200ms", "timeout": "100ms", "fall": 1}}""");
        await UntilAsync(async () => (await _daemon.GetAsync("/service/web/b2")).GetProperty("metrics").GetProperty("status").GetInt32() == 1);
    }

    [Fact]
    public async Task Piped_ItIsPrintedOnce() => (await AskAsync("top")).Should().Be(new Ran(0,
        """
        SERVICE  ADDRESS            STATE     UP   CONNS  CONN/S  IN/S  OUT/S  PROBLEM
        web      10.9.0.100:80/tcp  degraded  1/2      0       0    0B     0B  b2: connection refused
        mail     10.9.0.100:25/tcp  empty     0/0      0       0    0B     0B  -

        """,
        ""));

    [Fact]
    public async Task Options_ChooseAndOrder()
    {
        (await AskAsync("top", "--sort", "name")).Output.Split('\n')[1].Should().StartWith("mail ");
        (await AskAsync("top", "--filter", "10.9.0.100:80")).Output.Should().NotContain("mail");
        (await AskAsync("top", "web", "--down")).Output.Should().Contain("b2 ").And.NotContain("b1 ").And.StartWith("BACKEND ");
    }

    [Fact]
    public async Task WrongWords_Are2_AndMissingServices4_AndMissingDaemons3()
    {
        (await AskAsync("top", "--sort", "age")).Status.Should().Be(2);
        (await AskAsync("top", "web/b1")).Status.Should().Be(2);
        (await AskAsync("top", "no-such")).Should().Match<Ran>(static ran => ran.Status == 4 && ran.Errors.Contains("no-such"));
        (await RunAsync("top", "-s", Nobody)).Status.Should().Be(3);
    }

    [Theory]
    [InlineData(80, 24)]
    [InlineData(40, 10)]
    public async Task Screen_FitsTheTerminal_FollowsChanges_AndIsRestored(int width, int height)
    {
        for (var i = 0; i < 30; i++)
        {
            await _daemon.PutAsync($"/service/s{i:d2}", $$"""{"host": "10.9.1.{{i}}", "port": 80}""");
        }

        await using var terminal = new PseudoTerminal($"echo before; gorb top -s {Server}; echo status=$?; stty -a", width, height);
        await terminal.UntilAsync(static text => text.Contains("web ") && text.Contains("q quit"));
        var lines = terminal.Lines;
        lines[0].Should().StartWith("gorb top  ");
        lines[1].Should().StartWith($"1-{height - 4} of 32  by state");
        lines[3].Should().StartWith("web ", "failures are first").And.Contain("degraded");
        lines[^1].Should().StartWith("q quit");
        terminal.IsAlternate.Should().BeTrue();

        terminal.Type("n");
        await terminal.UntilAsync(static text => text.Contains("by name"));
        terminal.Type("/web\r");
        await terminal.UntilAsync(static text => text.Contains("filter: web") && !text.Contains("mail"));
        terminal.Type("\r");
        await terminal.UntilAsync(static text => text.Contains("BACKEND ") && text.Contains("REASON") && text.Contains("web: 1 down, 1 up"));
        _prober.Pass("10.9.0.22");
        await terminal.UntilAsync(static text => text.Contains("web: 2 up"));
        terminal.Overflow.Should().BeEmpty();

        terminal.Type("q");
        (await terminal.EndAsync()).Should().Be(0);
        terminal.Raw.Should().Contain("status=0");
        ShouldBeRestored(terminal);
        terminal.Raw.Should().Contain("before");
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task Signals_EndIt_AndTheTerminalIsRestored(string signal)
    {
        await using var terminal = new PseudoTerminal($"trap : INT; mkdir -p {Path.GetDirectoryName(_file.Path)}; sh -c 'echo $$ >{_file.Path}; exec gorb top -s {Server}'; echo status=$?; stty -a");
        await terminal.UntilAsync(static text => text.Contains("web ") && text.Contains("q quit"));

        terminal.Type(signal == "INT" ? "\u0003" : "");
        if (signal != "INT")
        {
            using var kill = Process.Start("kill", [$"-{signal}", (await File.ReadAllTextAsync(_file.Path, TestContext.Current.CancellationToken)).Trim()]);
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await terminal.EndAsync();
        terminal.Raw.Should().Contain("status=0");
        ShouldBeRestored(terminal);
    }

    /// <summary>The rows stay while the daemon is away, and are right when it is back.</summary>
    [Fact]
    public async Task RestartOfTheDaemon_IsSurvived()
    {
        await using var terminal = new PseudoTerminal($"gorb top -s {Server}");
        await terminal.UntilAsync(static text => text.Contains("web ") && text.Contains("q quit"));

        await RestartAsync(() => terminal.UntilAsync(static text => text.Contains("asking again") && text.Contains("web ")).GetAwaiter().GetResult());
        await _daemon.PutAsync("/service/new", """{"host": "10.9.0.103", "port": 80}""");
        await terminal.UntilAsync(static text => text.Contains("new ") && !text.Contains("web ") && !text.Contains("asking again"));

        terminal.Type("q");
        (await terminal.EndAsync()).Should().Be(0);
    }

    /// <summary>The screen in the documentation is what it draws. Run with GORB_WRITE_DOCS=1 to record it again.</summary>
    [Fact]
    public async Task Recording_IsWhatItDraws()
    {
        await using var terminal = new PseudoTerminal($"gorb top -s {Server}", width: 100, height: 9);
        await terminal.UntilAsync(static text => text.Contains("web ") && text.Contains("q quit"));
        var screen = TimeOfDay().Replace(terminal.Text, "09:41:00Z").Replace(Server, "http://127.0.0.1:4672/", StringComparison.Ordinal);
        var path = Path.GetFullPath(Path.Combine(Here(), "../../../docs/cli.md"));
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var start = text.IndexOf(Recording, StringComparison.Ordinal) + Recording.Length;
        var end = text.IndexOf("```", start, StringComparison.Ordinal);

        if (Environment.GetEnvironmentVariable("GORB_WRITE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(path, $"{text[..start]}{screen}\n{text[end..]}", TestContext.Current.CancellationToken);
        }
        else
        {
            text[start..end].Should().Be($"{screen}\n", "it is a recording; record it again with GORB_WRITE_DOCS=1 tests/Gorb.Tests");
        }
    }

    [GeneratedRegex(@"\d\d:\d\d:\d\dZ")]
    private static partial Regex TimeOfDay();

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;

    private static void ShouldBeRestored(PseudoTerminal terminal)
    {
        (terminal.IsAlternate, terminal.HasCursor).Should().Be((false, true));
        terminal.Raw.Should().MatchRegex(@"[ ;]icanon\b").And.MatchRegex(@"[\s;]echo\b", "keys are shown again");
    }
}
