using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Cli;

/// <summary>The verbs that wait, with real connections and real checks.</summary>
public sealed class OperateVerbTests(SharedDaemon daemon) : KernelTest(daemon)
{
    private const int Port = 80;

    /// <summary>While the verb waits, the traffic of the other backends is seen in the rates: those of the kernel in <c>gorb top</c>, and Gorb's own, which need two readings.</summary>
    [Fact]
    public async Task Drain_WaitsForTheLastConnection_AndRatesShowTheTraffic()
    {
        await Gorb.PutServiceAsync("web", """{"host": "10.9.0.100", "port": 80, "method": "rr"}""");
        using var running = Visitor.Connect(Network.Vip4, Port);
        var backend = Visitor.RequestName(running);

        var late = await RunAsync("drain", $"web/{backend}", "--wait", "--timeout", "1s");
        late.Status.Should().Be(1);
        late.Errors.Should().Contain($"  web/{backend}: 1 connection left\n");
        Visitor.RequestName(running).Should().Be(backend, "the connection goes on");
        Visitor.Visit(Network.Vip4, Port, 4).Should().NotContain(backend);

        var waiting = RunAsync("drain", $"web/{backend}", "--wait", "--timeout", "10m");
        running.LingerState = new LingerOption(true, 0); // a reset: the kernel forgets the connection after 10 s, and one that has ended by FIN after two minutes
        running.Close();
        await Eventually.Async(() => IsInHistoryAsync(backend));
        await Eventually.Async(IsInTopAsync);

        (await waiting).Should().BeEquivalentTo(new { Status = 0, Errors = "" }).And.Match<VerbResult>(ran => ran.Output.EndsWith($"web/{backend}: no connections left\n"));
        (await RunAsync("resume", "web")).Status.Should().Be(0);
        Visitor.Visit(Network.Vip4, Port, 4).Should().Contain(backend);
    }

    [Fact]
    public async Task Wait_EndsWhenTheChecksPass()
    {
        using var server = new WebServer("b1") { Status = HttpStatusCode.ServiceUnavailable };
        await Gorb.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "pulse": {"type": "http", "interval": "2s", "timeout": "2s", "fall": 1, "rise": 1}}""");
        await Gorb.PutAsync("/service/web/b1", $$"""{"host": "{{Network.Address("b1")}}", "port": {{WebServer.Port}}}""");

        var late = await RunAsync("wait", "web", "--healthy", "1", "--timeout", "3s");
        late.Status.Should().Be(1);
        late.Errors.Should().StartWith("gorb: web: 0 of 1 backends healthy after 3s\n  web/b1: ");

        var waiting = RunAsync("wait", "web", "--healthy", "1", "--timeout", "10m");
        server.Status = HttpStatusCode.OK;
        (await waiting).Should().BeEquivalentTo(new { Status = 0, Errors = "" });
        (await RunAsync("get", "web")).Output.Should().MatchRegex("(?m)^b1 .* up ");
    }

    private async Task<bool> IsInHistoryAsync(string drained)
    {
        Visitor.Visit(Network.Vip4, Port, 3);
        var history = await Gorb.GetAsync("/service/web/history");
        return HasRate(history.GetProperty("service")) && history.GetProperty("backends").EnumerateObject().Count(one => one.Name != drained && HasRate(one.Value)) == 2;
    }

    private static bool HasRate(JsonElement rates) => rates.EnumerateObject().All(static rate => rate.Value.EnumerateArray().Any(static mean => mean.ValueKind == JsonValueKind.Number && mean.GetSingle() > 0));

    private async Task<bool> IsInTopAsync()
    {
        Visitor.Visit(Network.Vip4, Port, 3);
        return Regex.IsMatch((await RunAsync("top")).Output, @"(?m)^web +10\.9\.0\.100:80/tcp +\S+ +[23]/3 +\d+ +[1-9]\d* +[1-9]\S* +[1-9]\S* ");
    }

    private Task<VerbResult> RunAsync(params string[] verb) => VerbResult.RunAsync("", [.. verb, "-s", Gorb.Http.BaseAddress!.ToString()]);
}
