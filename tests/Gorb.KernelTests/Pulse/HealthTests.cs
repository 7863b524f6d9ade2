using System.Text.Json;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Pulse;

/// <summary>Real backends that die and come back, seen by real connections.</summary>
public sealed class HealthTests : KernelTest
{
    private const string Quick = """{"type": "tcp", "interval": "200ms", "timeout": "200ms"}""";

    [Fact]
    public async Task RefusingBackend_GetsNoConnection_UntilItComesBack()
    {
        await PutAsync("""{"host": "10.9.0.100", "port": 80, "method": "rr"}""", Quick);
        await EventuallyAsync("b1", "up");

        Shell.Run("ip", "netns", "exec", "b1", "iptables-legacy", "-A", "INPUT", "-p", "tcp", "--dport", "80", "-j", "REJECT", "--reject-with", "tcp-reset");
        try
        {
            await EventuallyAsync("b1", "down");
            Reason(await Gorb.GetAsync("/service/web/b1")).Should().Be("connection refused");
            Shell.Ipvsadm().Should().Contain("-a -t 10.9.0.100:80 -r 10.9.0.21:80 -m -w 0");
            Visitor.Visit(Network.Vip4, 80, 20).Should().NotContain("b1");
        }
        finally
        {
            Shell.Run("ip", "netns", "exec", "b1", "iptables-legacy", "-F", "INPUT");
        }

        await EventuallyAsync("b1", "up");
        Visitor.Spread(Network.Vip4, 80, 9).Values.Should().Equal(3, 3, 3);
        Gorb.Log.Should().Contain("b1 of web is down: connection refused").And.Contain("b1 of web is up");
    }

    [Fact]
    public async Task BlackHole_IsTimedOut_AndTakesNoOtherWithIt()
    {
        await PutAsync("""{"host": "10.9.0.100", "port": 80, "method": "rr"}""", Quick);
        await EventuallyAsync("b2", "up");

        Shell.Run("ip", "netns", "exec", "b2", "iptables-legacy", "-A", "INPUT", "-p", "tcp", "--dport", "80", "-j", "DROP");
        try
        {
            await EventuallyAsync("b2", "down");
            Reason(await Gorb.GetAsync("/service/web/b2")).Should().Be("timed out after 200ms");
            Visitor.Visit(Network.Vip4, 80, 12).Should().NotContain("b2").And.Contain("b1").And.Contain("b3");
        }
        finally
        {
            Shell.Run("ip", "netns", "exec", "b2", "iptables-legacy", "-F", "INPUT");
        }
    }

    [Fact]
    public async Task AllDown_TheSorryBackendAnswers()
    {
        await Gorb.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "method": "rr", "fallback": "sorry", "sorry": {"host": "10.9.0.23", "port": 80}}""");
        await Gorb.PutAsync("/service/web/b1", $$"""{"host": "10.9.0.21", "port": 80, "pulse": {{Quick}} }""");
        await Gorb.PutAsync("/service/web/b2", """{"host": "10.9.0.22", "port": 80, "pulse": {"type": "tcp", "interval": "200ms", "timeout": "200ms", "args": {"port": 81}}}""");
        await EventuallyAsync("b2", "down");
        Visitor.Visit(Network.Vip4, 80, 6).Distinct().Should().Equal("b1");

        await Gorb.PatchAsync("/service/web/b1", """{"pulse": {"type": "tcp", "interval": "200ms", "timeout": "200ms", "args": {"port": 81}}}""");
        await EventuallyAsync("b1", "down");

        Visitor.Visit(Network.Vip4, 80, 6).Distinct().Should().Equal("b3");
    }

    [Fact]
    public async Task Ipv6Backend_IsCheckedToo()
    {
        await Gorb.PutAsync("/service/web", """{"host": "fd00:9::100", "port": 80, "method": "rr"}""");
        await Gorb.PutAsync("/service/web/b1", $$"""{"host": "fd00:9::21", "port": 80, "pulse": {{Quick}} }""");
        await Gorb.PutAsync("/service/web/b2", """{"host": "fd00:9::22", "port": 80, "pulse": {"type": "tcp", "interval": "200ms", "timeout": "200ms", "args": {"port": 81}}}""");

        await EventuallyAsync("b1", "up");
        await EventuallyAsync("b2", "down");

        Visitor.Visit(Network.Vip6, 80, 6).Distinct().Should().Equal("b1");
    }

    private async Task PutAsync(string service, string pulse)
    {
        await Gorb.PutAsync("/service/web", service);
        foreach (var backend in Network.Backends)
        {
            await Gorb.PutAsync($"/service/web/{backend}", $$"""{"host": "{{Network.Address(backend)}}", "port": 80, "pulse": {{pulse}} }""");
        }
    }

    /// <summary>Until the checks and the weights say so.</summary>
    private Task EventuallyAsync(string backend, string status) => Eventually.Async(async () =>
    {
        var view = await Gorb.GetAsync($"/service/web/{backend}");
        return Check(view) is { } check && check.TryGetProperty("status", out var found) && found.GetString() == status
            && view.GetProperty("kernel").GetProperty("weight").GetInt32() > 0 == (status == "up");
    });

    private static string? Reason(JsonElement view) => Check(view)!.Value.GetProperty("reason").GetString();

    private static JsonElement? Check(JsonElement view) =>
        view.TryGetProperty("pulse", out var pulse) && pulse.GetProperty("checks") is { } checks && checks.GetArrayLength() > 0 ? checks[0] : null;
}
