using System.Text.Json;
using Gorb.Documents;
using Gorb.Documents.Checks;
using Gorb.Health.Probes;
using Gorb.Model;
using Gorb.Model.Checks;

namespace Gorb.Tests.Health.Probes;

public sealed class HeaderTests
{
    /// <summary>A header such as Content-Type must not be accepted and then fail every check with "Misused header name".</summary>
    [Theory]
    [InlineData("Content-Type", "application/json")]
    [InlineData("Content-Length", "0")]
    [InlineData("Content-Encoding", "identity")]
    [InlineData("Allow", "GET")]
    [InlineData("Expires", "soon")]
    [InlineData("Last-Modified", "never")]
    [InlineData("Host", "shop.example:8080")]
    [InlineData("Connection", "Upgrade")]
    [InlineData("User-Agent", "curl/8")]
    [InlineData("TE", "trailers")]
    [InlineData("Authorization", "Basic YTpi")]
    [InlineData("Date", "not a date, \"at all\"")]
    [InlineData("If-Modified-Since", "(x")]
    [InlineData("X-Empty", "")]
    public async Task HeaderThatIsAccepted_IsSentAsItIs(string name, string value)
    {
        using var server = OddServer.Says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        var args = Read(name, value, out var problems);
        problems.Should().BeEmpty();

        var result = await Probe.RunAsync(new HttpProbe(), Probe.Target(args, server.Port));

        result.Reason.Should().Be("200");
        server.Request.Split("\r\n").Where(line => line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase)).Should().Equal($"{name}: {value}");
    }

    [Theory]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("Content-Length", "5")]
    [InlineData("Expect", "100-continue")]
    [InlineData("Trailer", "X")]
    [InlineData("Host", "a b")]
    [InlineData("Host", "")]
    [InlineData("X Y", "1")]
    [InlineData("X:", "1")]
    [InlineData("X", "a\r\nb: c")]
    public void HeaderThatCannotBeSent_IsRefused_AndASavedCheckDoesWithoutIt(string name, string value)
    {
        var args = Read(name, value, out var problems);

        problems.Should().ContainSingle().Which.Should().Match<Problem>(problem => problem.Field == "pulse.args.headers" && problem.Text.StartsWith($"{name}: "));
        args.Headers.Should().BeEmpty();
    }

    [Fact]
    public void HeaderThatIsGivenTwice_IsRefused()
    {
        Read("x-a", "1", out var problems, ", \"X-A\": \"2\"");

        problems.Should().ContainSingle().Which.Text.Should().Be("X-A: is given twice");
    }

    private static HttpArgs Read(string name, string value, out ProblemList problems, string more = "")
    {
        problems = new ProblemList();
        var json = $$"""{"type": "http", "args": {"headers": { {{JsonEncode(name)}}: {{JsonEncode(value)}}{{more}} } } }""";
        using var pulse = JsonDocument.Parse(json);
        return (HttpArgs)new PulseReader(new CheckLimits(CheckNetworks.Default, ProgramFault: null)).Read(pulse.RootElement, FieldPath.Root.Below("pulse"), problems)[0].Args;
    }

    private static string JsonEncode(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
