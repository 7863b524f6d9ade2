using Gorb.Tests.Health.Probes;

namespace Gorb.Tests.Cli;

/// <summary>What a shell is told after a tab.</summary>
[Collection(Alone.Name)]
public sealed class CompletionTests : VerbTest
{
    private protected override async Task PrepareAsync()
    {
        await _daemon.PutAsync("/service/mail", """{"host": "10.9.0.100", "port": 25}""");
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "pulse": {"type": "none"}}""");
    }

    [Theory]
    [InlineData("dra", "drain")]
    [InlineData("context ", "add", "list", "rm", "use")]
    [InlineData("drain --wa", "--wait")]
    [InlineData("force web/b1 ", "down", "none", "up")]
    [InlineData("get -o n", "name")]
    [InlineData("completion z", "zsh")]
    [InlineData("no-such ")]
    public async Task WordsOfTheCommandLine_NeedNoDaemon(string line, params string[] found) => (await CompleteAsync(line)).Should().Equal(found);

    [Theory]
    [InlineData("drain @ ", "mail", "mail/", "web", "web/")]
    [InlineData("drain @ w", "web", "web/")]
    [InlineData("drain @ web/", "web/b1")]
    [InlineData("wait @ ", "mail", "web")]
    [InlineData("why @ 10.9.0.10 w", "web")]
    [InlineData("get @ s", "services", "sources")]
    [InlineData("get @ web/b", "web/b1")]
    public async Task Names_AreThoseOfTheDaemon(string line, params string[] found) => (await CompleteAsync(line.Replace("@", $"-s {Server}", StringComparison.Ordinal))).Should().Equal(found);

    [Fact]
    public async Task ADaemonThatIsNotThere_IsNoError()
    {
        (await CompleteAsync($"drain -s {Nobody} w")).Should().BeEmpty();
        (await CompleteAsync("drain -s ftp://lb w")).Should().BeEmpty();
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Scripts_AskThisVerb(string shell) => (await RunAsync("completion", shell)).Should().Match<Ran>(ran => ran.Status == 0 && ran.Output.Contains("gorb complete -- "));

    [Fact]
    public async Task AnUnknownShell_Is2() => (await RunAsync("completion", "csh")).Status.Should().Be(2);

    private async Task<string[]> CompleteAsync(string line)
    {
        var ran = await RunAsync(["complete", "--", .. line.Split(' ')]);
        (ran.Status, ran.Errors).Should().Be((0, ""));
        return ran.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
