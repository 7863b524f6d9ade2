using System.Net;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Cli;

/// <summary>The verbs for the document of a running daemon: <c>gorb get</c>, <c>gorb apply</c> and <c>gorb diff</c>.</summary>
public sealed class ConfigVerbTests(SharedDaemon daemon) : KernelTest(daemon)
{
    private const string Web = """
        services:
          web:
            host: 10.9.0.100
            port: 80
            method: rr
            pulse: { type: none }
            backends:
              b1: { host: 10.9.0.21, port: 80, weight: 7 }

        """;

    private const string Mail = """
        services:
          mail: { host: 10.9.0.100, port: 25, method: wlc }

        """;

    private static readonly string[] WebInKernel = ["-A -t 10.9.0.100:80 -s rr", "-a -t 10.9.0.100:80 -r 10.9.0.21:80 -m -w 7"];

    [Fact]
    public async Task Get_PrintsADocument_ThatApplyTakesAndDiffFindsNothingIn()
    {
        await ApplyAsync(Web);

        var got = await RunAsync("", "get");
        (got.Status, got.Errors).Should().Be((0, ""));
        got.Output.Should().StartWith("services:\n  web:\n").And.Contain("        weight: 7\n");

        (await RunAsync(got.Output, "diff", "-")).Should().Be(new VerbResult(0, "", ""));
        await Gorb.PutAsync("/config", """{"services": {}}""");
        (await RunAsync(got.Output, "apply", "-")).Should().BeEquivalentTo(new { Status = 0, Errors = "" }).And.Match<VerbResult>(applied => applied.Output.StartsWith("add service web: "));
        Shell.Ipvsadm().Should().Equal(WebInKernel);
    }

    [Fact]
    public async Task Apply_File_IsTheTable()
    {
        await ApplyAsync(Mail);
        using var file = new TemporaryFile(Web);

        (await RunAsync("", "apply", file.Path)).Should().BeEquivalentTo(new { Status = 0, Errors = "" }).And.Match<VerbResult>(applied => applied.Output.StartsWith("remove service mail\n"));

        Shell.Ipvsadm().Should().Equal(WebInKernel);
    }

    [Fact]
    public async Task Apply_WithNoPrune_KeepsWhatTheDocumentDoesNotHave()
    {
        await ApplyAsync(Web);

        (await RunAsync(Mail, "diff", "-", "--no-prune")).Should().BeEquivalentTo(new { Status = 1, Errors = "" }).And.Match<VerbResult>(diff => !diff.Output.Contains("remove"));
        (await RunAsync(Mail, "apply", "-", "--no-prune", "--quiet")).Should().Be(new VerbResult(0, "", ""));

        Shell.Ipvsadm().Should().Equal(["-A -t 10.9.0.100:25 -s wlc", .. WebInKernel]);
    }

    [Fact]
    public async Task Apply_WithKeepWeights_LeavesTheWeightsOfBackendsThatAreThere()
    {
        await ApplyAsync(Web);
        await Gorb.PatchAsync("/service/web/b1", """{"weight": 3}""");

        (await RunAsync(Web, "diff", "-", "--keep-weights")).Should().Be(new VerbResult(0, "", ""));
        (await RunAsync(Web, "apply", "-", "--keep-weights")).Should().Be(new VerbResult(0, "", ""));
        Shell.Ipvsadm().Should().Contain("-a -t 10.9.0.100:80 -r 10.9.0.21:80 -m -w 3");

        (await RunAsync(Web, "diff", "-")).Should().Be(new VerbResult(1, "change backend web/b1: weight from 3 to 7\n", ""));
        await ApplyAsync(Web);
        Shell.Ipvsadm().Should().Equal(WebInKernel);
    }

    [Fact]
    public async Task Diff_SaysALineForEachChange_AndChangesNothing()
    {
        await ApplyAsync(Web);

        var diff = await RunAsync(Mail, "diff", "-");

        (diff.Status, diff.Errors).Should().Be((1, ""));
        diff.Output.Split('\n').Should().SatisfyRespectively(
            add => add.Should().StartWith("add service mail: ").And.Contain("method wlc"),
            remove => remove.Should().Be("remove service web"),
            end => end.Should().BeEmpty());
        Shell.Ipvsadm().Should().Equal(WebInKernel);
    }

    [Theory]
    [InlineData("apply")]
    [InlineData("diff")]
    public async Task BadDocument_IsRefused_AndEveryMistakeShownWithItsPlace(string verb)
    {
        await ApplyAsync(Web);
        using var file = new TemporaryFile("services:\n  web: { host: 10.9.0.100, prt: 81 }\n  mail:\n    host: 10.9.0.100\n    port: 70000\n");

        var refused = await RunAsync("", verb, file.Path);

        (refused.Status, refused.Output).Should().Be((4, ""));
        refused.Errors.Should().StartWith("gorb: services.web.prt: is not known here").And.EndWith("\n")
            .And.Contain("\n  2:28: services.web.prt is not known here; known are ")
            .And.Contain("\n  5:5: services.mail.port must be a whole number from 0 to 65535\n");
        Shell.Ipvsadm().Should().Equal(WebInKernel);
    }

    [Theory]
    [InlineData("apply")]
    [InlineData("diff")]
    public async Task FileThatIsNotThere_IsAnErrorThatNamesIt(string verb)
    {
        var missing = await RunAsync("", verb, "/nowhere/gorb.yaml");

        (missing.Status, missing.Output).Should().Be((2, ""));
        missing.Errors.Should().MatchRegex("^gorb: .*'/nowhere/gorb.yaml'.*\n$");
    }

    /// <summary>Status 1 would mean that there are differences.</summary>
    [Fact]
    public async Task WrongUse_EndsWith2()
    {
        (await RunAsync("", "diff")).Status.Should().Be(2);
        (await RunAsync(Web, "diff", "-", "--prune=no")).Status.Should().Be(2);
        var server = await VerbResult.RunAsync(Web, "diff", "-", "-s", "ftp://lb");
        server.Status.Should().Be(2);
        server.Errors.Should().StartWith("--server 'ftp://lb' is not the address of a daemon; write \"127.0.0.1:4672\"");
        (await VerbResult.RunAsync("", "diff", "--help")).Status.Should().Be(0);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "get")]
    [InlineData(HttpStatusCode.OK, "diff", "-")]
    public async Task ServerThatIsNoGorb_IsAnErrorThatSaysSo(HttpStatusCode status, params string[] verb)
    {
        using var other = new WebServer("b1") { Status = status };
        var address = $"{Network.Address("b1")}:{WebServer.Port}";

        (await VerbResult.RunAsync(Web, [.. verb, "-s", address])).Should().Be(
            new VerbResult(3, "", $"gorb: http://{address}/ answers, but not as a Gorb does; --server names another daemon\n"));
    }

    [Theory]
    [InlineData("get")]
    [InlineData("apply", "-")]
    [InlineData("diff", "-")]
    public async Task DaemonThatIsNotThere_IsAnErrorThatNamesItsAddress(params string[] verb)
    {
        var unreachable = await VerbResult.RunAsync(Web, [.. verb, "-s", "http://127.0.0.1:14599"]);

        (unreachable.Status, unreachable.Output).Should().Be((3, ""));
        unreachable.Errors.Should().StartWith("gorb: ").And.Contain("127.0.0.1:14599");
    }

    private async Task ApplyAsync(string document) => (await RunAsync(document, "apply", "-", "--quiet")).Should().Be(new VerbResult(0, "", ""));

    private Task<VerbResult> RunAsync(string input, params string[] verb) => VerbResult.RunAsync(input, [.. verb, "-s", Gorb.Http.BaseAddress!.ToString()]);
}
