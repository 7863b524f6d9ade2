using System.Text.Json;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Pulse;

/// <summary>A missing permission of the daemon does not count against any backend.</summary>
public sealed class PrivilegeTests : OwnDaemonTest
{
    private const string Ping = """{"type": "ping", "interval": "500ms", "timeout": "500ms", "fall": 1}""";

    [Fact]
    public async Task PingWithoutNetRaw_NeedsThePingGroup_AndTakesNobodyOutWithoutIt()
    {
        var range = File.ReadAllText("/proc/sys/net/ipv4/ping_group_range");
        File.WriteAllText("/proc/sys/net/ipv4/ping_group_range", "1 0");
        try
        {
            await using var gorb = await GorbProcess.StartUnderAsync(["setpriv", "--bounding-set", "-net_raw", "--inh-caps", "-net_raw"], "-i", "br0");
            await gorb.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
            foreach (var (name, host) in new[] { ("b1", "10.9.0.21"), ("b2", "10.9.0.77") })
            {
                await gorb.PutAsync($"/service/web/{name}", $$"""{"host": "{{host}}", "port": 80, "pulse": {{Ping}} }""");
                await Eventually.Async(async () => Reason(await gorb.GetAsync($"/service/web/{name}")).StartsWith("not checked: the daemon may not send ICMP: give it CAP_NET_RAW", StringComparison.Ordinal));
            }

            Shell.Ipvsadm().Count(line => line.EndsWith("-w 100", StringComparison.Ordinal)).Should().Be(2);
            await gorb.LogsAsync("may not send ICMP");
            gorb.Log.Split("may not send ICMP").Should().HaveCount(2, "it is logged once");

            File.WriteAllText("/proc/sys/net/ipv4/ping_group_range", "0 0");

            await Eventually.Async(async () => Reason(await gorb.GetAsync("/service/web/b1")) == "answered");
            await Eventually.Async(async () => Reason(await gorb.GetAsync("/service/web/b2")) is "timed out after 500ms" or "no route to host");
        }
        finally
        {
            File.WriteAllText("/proc/sys/net/ipv4/ping_group_range", range);
        }
    }

    [Theory]
    [InlineData("10.9.0.21")]
    [InlineData("fd00:9::21")]
    public async Task PingWithNetRaw_NeedsNoPingGroup(string host)
    {
        var range = File.ReadAllText("/proc/sys/net/ipv4/ping_group_range");
        File.WriteAllText("/proc/sys/net/ipv4/ping_group_range", "1 0");
        try
        {
            await using var gorb = await StartAsync();
            await gorb.PutAsync("/service/web", $$"""{"host": "{{(host.Contains(':', StringComparison.Ordinal) ? Network.Vip6 : Network.Vip4)}}", "port": 80}""");
            await gorb.PutAsync("/service/web/b1", $$"""{"host": "{{host}}", "port": 80, "pulse": {{Ping}} }""");

            await Eventually.Async(async () => Reason(await gorb.GetAsync("/service/web/b1")) == "answered");
        }
        finally
        {
            File.WriteAllText("/proc/sys/net/ipv4/ping_group_range", range);
        }
    }

    private static string Reason(JsonElement view) =>
        view.TryGetProperty("pulse", out var pulse) && pulse.GetProperty("checks") is var checks && checks.GetArrayLength() > 0 ? checks[0].GetProperty("reason").GetString()! : "";
}
