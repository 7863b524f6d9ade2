using System.Text.Json;
using Gorb.Model;
using Gorb.Tests.Client;
using Gorb.Tests.Health.Probes;

namespace Gorb.Tests.Cli;

/// <summary><c>gorb events</c>.</summary>
[Collection(Alone.Name)]
public sealed class EventsTests : VerbTest
{
    private protected override Task PrepareAsync() => _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "method": "rr"}""");

    [Fact]
    public async Task Events_AreALineEach_AndThoseOfOthersAreLeftOut()
    {
        var listening = AskAsync("events", "web", "-f", "--count", "1");
        await UntilAsync(() => Task.FromResult(_daemon.Service<EventHub>().Listeners == 1));
        await _daemon.PutAsync("/service/mail", """{"host": "10.9.0.100", "port": 25}""");
        await _daemon.PatchAsync("/service/web", """{"method": "wlc"}""");

        var ran = await listening;

        (ran.Status, ran.Errors).Should().Be((0, ""));
        ran.Output.Should().MatchRegex(@"^[-0-9]+ [:0-9]+Z  change  web  change service web: method from rr to wlc  \(.+\)\n$");
    }

    [Fact]
    public async Task Json_IsWhatTheDaemonSends()
    {
        var listening = AskAsync("events", "--json", "--count", "1");
        await UntilAsync(() => Task.FromResult(_daemon.Service<EventHub>().Listeners == 1));
        await _daemon.DeleteAsync("/service/web");

        using var happened = JsonDocument.Parse((await listening).Output);
        happened.RootElement.GetProperty("text").GetString().Should().Be("remove service web");
    }

    [Fact]
    public async Task ADaemonThatRefuses_Is4_AndOneThatIsNotThere3()
    {
        const string body = """{"error":"forbidden"}""";
        using var daemon = new StubServer($"HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");

        (await RunAsync("events", "-s", daemon.Url.ToString())).Should().Be(new Ran(4, "", "gorb: forbidden\n"));
        (await RunAsync("events", "-s", Nobody)).Status.Should().Be(3);
        (await AskAsync("events", "--count", "0")).Status.Should().Be(2);
    }

    [Fact]
    public async Task AnotherProgram_Is3()
    {
        using var other = new StubServer("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>");

        (await RunAsync("events", "-s", other.Url.ToString())).Status.Should().Be(3);
    }
}
