using System.Net;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>A daemon that is not root and has NET_ADMIN and NET_RAW does all of its work around IPVS; only kernel settings need root.</summary>
public sealed class LeastRightsTests : OwnDaemonTest
{
    private const string Fast = "\"interval\": \"400ms\", \"timeout\": \"400ms\"";

    private static readonly string[] User = ["setpriv", "--reuid=65534", "--clear-groups", "--inh-caps=+net_admin,+net_raw", "--ambient-caps=+net_admin,+net_raw"];

    private static readonly IPAddress Vip = IPAddress.Parse("10.9.0.112");

    [Fact]
    public async Task NetAdminAndNetRaw_Suffice()
    {
        using var accept = new Setting("net.ipv4.conf.br0.accept_local", "1");
        using var tracking = new Setting("net.ipv4.vs.conntrack", "1");
        await using var gorb = await GorbProcess.StartUnderAsync(User, "-i", "br0", "--vip-interface", "gorb0", "--resync", "none");

        await gorb.PutServiceAsync("web", $$"""{"host": "{{Vip}}", "port": 80, "method": "rr"}""");
        Visitor.Spread(Vip, 80, 9).Values.Should().Equal([3, 3, 3], "the address is on gorb0, and the kernel balances");
        (await gorb.SendAsync(HttpMethod.Post, $"/vip/{Vip}/announce")).StatusCode.Should().Be(HttpStatusCode.OK);

        await gorb.PutAsync("/service/dr", """{"host": "10.9.0.100", "port": 80}""");
        await gorb.PutAsync("/service/dr/path", $$"""{"host": "10.9.0.21", "port": 80, "method": "dr", "pulse": {"type": "tcp", "via": "path", {{Fast}}} }""");
        await gorb.PutAsync("/service/dr/ping", $$"""{"host": "10.9.0.22", "port": 80, "method": "dr", "pulse": {"type": "ping", {{Fast}}} }""");
        await PassesAsync(gorb, "path", "connected");
        await PassesAsync(gorb, "ping", "answered");

        if (Kernel.HasNftables)
        {
            await gorb.PutAsync("/service/translated", $$"""{"host": "{{Vip}}", "port": 81, "masquerade": true}""");
            Shell.Run("nft", "list", "table", "inet", "gorb").Should().Contain($"{Vip}");
        }

        (await gorb.GetAsync("/doctor")).GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("code").GetString()).Should().NotContain("no-net-admin").And.NotContain("no-net-raw");
        await gorb.PutAsync("/config", """{"services": {}}""");
        Shell.Run("ip", "link", "del", "gorb0");
    }

    private static Task PassesAsync(GorbProcess gorb, string backend, string reason) => Eventually.Async(async () =>
        (await gorb.GetAsync($"/service/dr/{backend}")).TryGetProperty("pulse", out var pulse) && pulse.GetProperty("checks") is var checks && checks.GetArrayLength() > 0
        && checks[0].TryGetProperty("reason", out var said) && said.GetString() == reason);
}
