using Gorb.Tests.Client;
using Gorb.Tests.Health.Probes;

namespace Gorb.Tests.Cli;

/// <summary>The exit status says what kind of failure a verb met.</summary>
[Collection(Alone.Name)]
public sealed class ExitStatusTests : VerbTest
{
    private const string Web = """{"services": {"web": {"host": "10.9.0.100", "port": 80, "method": "rr"}}}""";

    public static TheoryData<string> Verbs => ["get", "audit", "sysctl", "sysctl restore", "token list", "token revoke none", "recipe web/b1", "why 10.9.0.10 web", "doctor", "cluster", "director drain lb1", "director resume lb1",
        "get services", "describe web", "top", "events", "connections", "set web 10.9.0.100:80", "rm web", "drain web/b1", "resume web/b1", "force web/b1 up", "weight web/b1 5"];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task ADaemonThatIsNotThere_Is3(string verb)
    {
        var ran = await RunAsync([.. verb.Split(' '), "-s", Nobody]);

        (ran.Status, ran.Output).Should().Be((3, ""));
        ran.Errors.Should().Contain("does not answer");
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task AnotherProgram_Is3(string verb)
    {
        using var other = new StubServer("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>");

        (await RunAsync([.. verb.Split(' '), "-s", other.Url.ToString()])).Should().BeEquivalentTo(new { Status = 3, Output = "" });
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task ARefusal_Is4(string verb)
    {
        const string body = """{"error":"forbidden"}""";
        using var daemon = new StubServer($"HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");

        var ran = await RunAsync([.. verb.Split(' '), "-s", daemon.Url.ToString()]);

        (ran.Status, ran.Output, ran.Errors).Should().Be((4, "", $"gorb: forbidden{Environment.NewLine}"));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task AWrongOption_Is2(string verb) => (await RunAsync([.. verb.Split(' '), "-s", "ftp://lb"])).Status.Should().Be(2);

    [Fact]
    public async Task ADifference_Is1_AndQuietSaysNothingElse()
    {
        var file = await WriteAsync(Web);

        (await AskAsync("diff", file, "--quiet")).Should().Be(new Ran(1, "", ""));
        (await AskAsync("apply", file, "--quiet")).Should().Be(new Ran(0, "", ""));
        (await AskAsync("diff", file, "--quiet")).Should().Be(new Ran(0, "", ""));
    }

    [Fact]
    public async Task ADocumentThatIsRefused_Is4_AndAFileThatIsNotThere2()
    {
        (await AskAsync("apply", await WriteAsync("""{"services": {"web": {"portt": 80}}}"""), "--quiet")).Status.Should().Be(4);
        (await AskAsync("apply", "/nowhere/gorb.yaml")).Status.Should().Be(2);
    }
}
