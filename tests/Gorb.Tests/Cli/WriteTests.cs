using Gorb.Tests.Client;
using Gorb.Tests.Health.Probes;

namespace Gorb.Tests.Cli;

/// <summary>The verbs that write: set, rm, edit and apply. The environment belongs to the whole process, so this runs alone.</summary>
[Collection(Alone.Name)]
public sealed class WriteTests : VerbTest
{
    private const string Document = """{"services": {"web": {"host": "10.9.0.100", "port": 80, "method": "rr"}}}""";

    private readonly string? _visual = Environment.GetEnvironmentVariable("VISUAL");

    public override async ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable("VISUAL", _visual);
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Set_CreatesAndChanges()
    {
        (await AskAsync("set", "web", "10.9.0.100:80", "--method", "rr", "--slow-start", "30s", "--exclusive")).Should().Be(new Ran(0, "web is created\n", ""));
        (await AskAsync("set", "web/b1", "10.9.0.21:80", "--weight", "50", "--pulse", "{type: none}")).Should().Be(new Ran(0, "web/b1 is created\n", ""));
        (await AskAsync("set", "web", "--method", "wrr", "--slow-start", "null", "--exclusive", "false", "-q")).Should().Be(new Ran(0, "", ""));
        (await AskAsync("set", "web/b1", "--weight", "60")).Should().Be(new Ran(0, "web/b1 is changed\n", ""));

        var web = (await _daemon.GetAsync("/service/web")).GetProperty("options");
        web.GetProperty("method").GetString().Should().Be("wrr");
        web.TryGetProperty("slow_start", out _).Should().BeFalse();
        var b1 = (await _daemon.GetAsync("/service/web/b1")).GetProperty("options");
        b1.GetProperty("weight").GetInt32().Should().Be(60);
        b1.GetProperty("pulse").GetProperty("type").GetString().Should().Be("none");
    }

    [Fact]
    public async Task WaitAll_IsAskedForWithEachChange()
    {
        (await AskAsync("set", "web", "10.9.0.100:80", "--wait-all", "5s")).Should().Be(new Ran(0, "web is created\n", ""));
        (await AskAsync("set", "web", "--method", "rr", "--wait-all", "5s")).Should().Be(new Ran(0, "web is changed\n", ""));
        (await AskAsync("apply", await WriteAsync(Document), "--wait-all", "5s")).Status.Should().Be(0);
        (await AskAsync("rm", "web", "--drain", "1s", "--wait-all", "2h")).Should().Be(new Ran(4, "", "gorb: timeout: must be a time such as 10s, 1m at most\n  timeout must be a time such as 10s, 1m at most\n"));
        (await AskAsync("rm", "web", "--wait-all", "5s")).Should().Be(new Ran(0, "web is removed\n", ""));
    }

    [Fact]
    public async Task WaitAll_InVain_NamesTheDirectors()
    {
        const string body = """{"error": "the change is made, but one director has not got it in time", "details": [{"field": "director", "value": "d1", "problem": "has the table of revision 7, and the change is in 8"}]}""";
        using var daemon = new StubServer($"HTTP/1.1 504 Gateway Timeout\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");

        var ran = await RunAsync("rm", "web", "--wait-all", "1s", "-s", daemon.Url.ToString());

        ran.Should().Be(new Ran(1, "", "gorb: the change is made, but one director has not got it in time\n  d1 has the table of revision 7, and the change is in 8\n"));
    }

    /// <summary>In a PUT a weight of 0 means 100; a new backend without weight never gets a connection.</summary>
    [Fact]
    public async Task Set_CreatesABackendWithoutWeight()
    {
        await AskAsync("set", "web", "[fd00:9::100]:80");

        (await AskAsync("set", "web/b1", "[fd00:9::21]:80", "--weight", "0")).Should().Be(new Ran(0, "web/b1 is created\n", ""));

        var b1 = await _daemon.GetAsync("/service/web/b1");
        b1.GetProperty("options").GetProperty("weight").GetInt32().Should().Be(0);
        b1.TryGetProperty("drain", out _).Should().BeFalse();
        b1.GetProperty("kernel").GetProperty("weight").GetInt32().Should().Be(0);
    }

    [Fact]
    public async Task Rm_RemovesAtOnce_OrDrains()
    {
        await AskAsync("set", "web", "10.9.0.100:80");
        await AskAsync("set", "web/b1", "10.9.0.21:81", "--pulse", "{type: none}");
        _daemon.Kernel.Table.SetConnections(81, 1);

        (await AskAsync("rm", "web/b1", "--drain", "5m")).Should().Be(new Ran(0, "web/b1 is removed when its last connection has ended, in 5m at the latest\n", ""));
        (await _daemon.GetAsync("/service/web/b1")).GetProperty("drain").GetProperty("connections").GetInt32().Should().Be(1);
        (await AskAsync("rm", "web")).Should().Be(new Ran(0, "web is removed\n", ""));

        (await _daemon.GetAsync("/service")).GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task Apply_SaysWhatItDid_AndADryRunDoesNothing()
    {
        var file = await WriteAsync(Document);

        var dry = await AskAsync("apply", file, "--dry-run");
        (await _daemon.GetAsync("/service")).GetArrayLength().Should().Be(0);
        var done = await AskAsync("apply", file);

        (dry.Status, dry.Errors, dry.Output).Should().Be((0, "", "add service web: host 10.9.0.100, port 80, protocol tcp, method rr\n"));
        done.Should().Be(dry);
        (await AskAsync("apply", file)).Should().Be(new Ran(0, "", ""));
    }

    [Fact]
    public async Task Edit_ChangesWhatWasEdited()
    {
        await AskAsync("set", "web", "10.9.0.100:80", "--method", "rr");
        Environment.SetEnvironmentVariable("VISUAL", "sed -i s/rr/wlc/");

        (await AskAsync("edit", "web")).Should().Be(new Ran(0, "change web: method from rr to wlc\n", ""));
        (await AskAsync("edit", "web")).Should().Be(new Ran(0, "web stays as it is\n", ""));

        (await _daemon.GetAsync("/service/web")).GetProperty("options").GetProperty("method").GetString().Should().Be("wlc");
    }

    /// <summary>The first run of the editor makes a mistake; the second finds it named in a comment, and corrects it.</summary>
    [Fact]
    public async Task Edit_OfWhatIsRefused_OpensAgainWithTheProblem()
    {
        await AskAsync("set", "web", "10.9.0.100:80", "--method", "rr");
        Environment.SetEnvironmentVariable("VISUAL", await EditorAsync("""if grep -q '^# gorb: .*method' "$1"; then sed -i 's/^method: .*/method: lc/' "$1"; else sed -i 's/^method: .*/method: fastest/' "$1"; fi"""));

        (await AskAsync("edit", "web")).Should().Be(new Ran(0, "change web: method from rr to lc\n", ""));
    }

    [Fact]
    public async Task Edit_ThatIsGivenUp_Is4_AndKeepsTheText()
    {
        await AskAsync("set", "web", "10.9.0.100:80", "--method", "rr");
        Environment.SetEnvironmentVariable("VISUAL", "sed -i s/^method:.*/method:\\ fastest/");

        var ran = await AskAsync("edit", "web");

        (ran.Status, ran.Output).Should().Be((4, ""));
        var kept = ran.Errors.Split('\n')[0].Split(' ')[^1].Trim();
        (await File.ReadAllTextAsync(kept, TestContext.Current.CancellationToken)).Should().Contain("method: fastest");
        Directory.Delete(Path.GetDirectoryName(kept)!, recursive: true);
    }

    [Fact]
    public async Task Edit_WithAnEditorThatFails_Is2()
    {
        await AskAsync("set", "web", "10.9.0.100:80");
        Environment.SetEnvironmentVariable("VISUAL", "false");

        (await AskAsync("edit", "web")).Should().BeEquivalentTo(new { Status = 2, Errors = $"gorb: the editor 'false' ended with status 1, and nothing is changed; EDITOR names another{Environment.NewLine}" });
    }

    [Theory]
    [InlineData("set", "web/b1", "10.9.0.21:80")]
    [InlineData("set", "web", "10.9.0.100:80", "--method", "fastest")]
    [InlineData("rm", "web")]
    [InlineData("rm", "web/b1")]
    [InlineData("edit", "web")]
    public async Task WhatTheDaemonRefuses_Is4(params string[] words) => (await AskAsync(words)).Should().Match<Ran>(ran => ran.Status == 4 && ran.Output.Length == 0 && ran.Errors.StartsWith("gorb: "));

    [Theory]
    [InlineData("set", "web")]
    [InlineData("set", "web", "10.9.0.100:http")]
    [InlineData("set", "web", "10.9.0.100:80", "--port", "80")]
    [InlineData("set", "web", "10.9.0.100:80", "--weight", "50")]
    [InlineData("set", "web/b1", "10.9.0.21:80", "--weight", "half")]
    [InlineData("set", "web/b1", "10.9.0.21:80", "--ops")]
    [InlineData("set", "web", "10.9.0.100:80", "--sorry", "{")]
    [InlineData("set", "web", "10.9.0.100:80", "--ops=maybe")]
    [InlineData("rm", "web", "--drain", "soon")]
    public async Task WrongWords_Are2(params string[] words) => (await AskAsync(words)).Should().Match<Ran>(ran => ran.Status == 2 && ran.Errors.Length > 0);

    [Theory]
    [InlineData("set", "web", "10.9.0.100:80")]
    [InlineData("rm", "web")]
    [InlineData("edit", "web")]
    public async Task ADaemonThatIsNotThere_Is3(params string[] words) => (await RunAsync([.. words, "-s", Nobody])).Status.Should().Be(3);

    private async Task<string> EditorAsync(string script)
    {
        var path = await WriteAsync($"#!/bin/sh\n{script}\n");
        return $"sh {path}";
    }
}
