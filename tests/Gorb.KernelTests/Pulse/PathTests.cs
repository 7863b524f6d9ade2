using System.Net;
using System.Text.Json;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Pulse;

/// <summary>Checks by path: what a client would meet decides, not what the backend's own address answers.</summary>
public sealed class PathTests(SharedDaemon daemon) : KernelTest(daemon)
{
    private const string Times = "\"interval\": \"400ms\", \"timeout\": \"400ms\", \"rise\": 1, \"fall\": 1";
    private const string Tcp = $$$"""{"type": "tcp", "via": "path", {{{Times}}}, "args": {"port": 8081}}""";

    private static readonly (string Name, bool IsV6, bool BackendIsV6, string Method)[] Methods =
    [
        ("dr", false, false, """ "dr" """),
        ("dr6", true, true, """ "dr" """),
        ("ipip", false, false, """ "tunnel" """),
        ("ipip6", true, true, """ "tunnel" """),
        ("gue", false, false, """ "tunnel", "tunnel": {"type": "gue", "port": 6080} """),
        ("gre", false, false, """ "tunnel", "tunnel": {"type": "gre"} """),
        ("gre6", true, true, """ "tunnel", "tunnel": {"type": "gre"} """),
    ];

    /// <summary>Every server runs and answers for the host's own address from the start; only the virtual address and the tunnels are missing.</summary>
    [Fact]
    public async Task BackendWithoutTheVip_IsDown_AndComesUpWithIt()
    {
        using var accept = new Setting("net.ipv4.conf.br0.accept_local", "1");
        using var host = new FreshHost();
        using var server = new WebServer(FreshHost.Name);
        await PutAsync("direct", 79, v6: false, FreshHost.Address4, """ "dr" """, Tcp.Replace("\"via\": \"path\", ", "", StringComparison.Ordinal));
        for (var i = 0; i < Methods.Length; i++)
        {
            var (name, v6, backendIsV6, method) = Methods[i];
            await PutAsync(name, 81 + i, v6, backendIsV6 ? FreshHost.Address6 : FreshHost.Address4, method, Tcp);
        }

        await IsAsync("direct", "up");
        foreach (var method in Methods)
        {
            await IsAsync(method.Name, "down");
            Reason(await Gorb.GetAsync($"/service/{method.Name}/b")).Should().Contain($"asked for {new IPEndPoint(method.IsV6 ? Network.Vip6 : Network.Vip4, WebServer.Port)} through IPVS").And
                .Contain(method.Method.Contains("tunnel", StringComparison.Ordinal) ? "is the tunnel's device up?" : "is the VIP on its lo"); // a host without the tunnel may refuse its packets
        }

        await Eventually.Async(async () => Reason(await Gorb.GetAsync("/service/direct/b")) == "connected");
        foreach (var method in Methods)
        {
            FreshHost.RunScript(await Gorb.Http.GetStringAsync(new Uri($"/service/{method.Name}/b/recipe", UriKind.Relative), TestContext.Current.CancellationToken));
        }

        foreach (var method in Methods)
        {
            await IsAsync(method.Name, "up");
        }
    }

    [Fact]
    public async Task EachType_GoesByPath()
    {
        using var accept = new Setting("net.ipv4.conf.br0.accept_local", "1");
        using var server = new WebServer("b1");
        var address = Network.Address("b1");
        await PutAsync("http", 81, v6: false, address, """ "dr" """, Tcp.Replace("\"tcp\"", "\"http\"", StringComparison.Ordinal));
        await PutAsync("udp", 82, v6: false, address, """ "dr" """, Pulse("udp", """ "port": 80, "payload": "x", "expect": "b1" """));
        await PutAsync("nat", 83, v6: false, address, """ "nat" """, Pulse("tcp", ""), port: 80);
        await PutAsync("nat6", 83, v6: true, Network.Address("b1", v6: true), """ "nat" """, Pulse("tcp", ""), port: 80);
        await PutAsync("natudp", 84, v6: false, address, """ "nat" """, Pulse("udp", """ "payload": "x", "expect": "b1" """), port: 80);

        foreach (var service in new[] { "http", "udp", "nat", "nat6", "natudp" })
        {
            await IsAsync(service, "up");
        }

        server.Status = HttpStatusCode.ServiceUnavailable;
        await IsAsync("http", "down");
        await Eventually.Async(async () => Reason(await Gorb.GetAsync("/service/http/b"))!.StartsWith("503, expected 200, asked for 10.9.0.100:8081 through IPVS", StringComparison.Ordinal)); // on a slow machine a check may time out instead
        (await Gorb.GetAsync("/service/http/b")).GetProperty("options").GetProperty("pulse").GetProperty("via").GetString().Should().Be("path");
    }

    /// <summary>A setting of the director must not take all backends down; the check says which it is.</summary>
    [Fact]
    public async Task RepliesThatTheDirectorDrops_AreItsOwnFault()
    {
        using var accept = new Setting("net.ipv4.conf.br0.accept_local", "0");
        using var server = new WebServer("b1");
        await PutAsync("dr", 81, v6: false, Network.Address("b1"), """ "dr" """, Tcp);
        await Eventually.Async(async () => Check(await Gorb.GetAsync("/service/dr/b")).TryGetProperty("reason", out var reason) && reason.GetString()!.Contains("set net.ipv4.conf.br0.accept_local=1", StringComparison.Ordinal));

        Setting.Set("net.ipv4.conf.br0.accept_local", "1");
        await Eventually.Async(async () => Check(await Gorb.GetAsync("/service/dr/b")).TryGetProperty("reason", out var reason) && reason.GetString() == "connected");
    }

    [Fact]
    public async Task Marks_AreHidden_AndGoWithTheirBackend()
    {
        await PutAsync("dr", 81, v6: false, Network.Address("b1"), """ "dr" """, Tcp);
        await PutAsync("tunnel", 82, v6: false, Network.Address("b2"), """ "tunnel" """, Tcp);
        Marks().Should().HaveCount(2);
        (await Gorb.GetAsync("/ipvs")).GetProperty("services").EnumerateArray().Select(service => service.GetProperty("key").GetString()).Should().Equal("tcp/10.9.0.100:81", "tcp/10.9.0.100:82");
        (await Gorb.Http.GetStringAsync(new Uri("/metrics?backends=true", UriKind.Relative), TestContext.Current.CancellationToken)).Should().NotContain("1195507712");

        var before = Marks();
        await Gorb.PatchAsync("/service/dr/b", $$"""{"host": "{{Network.Address("b3")}}"}""");
        Marks().Should().HaveCount(2).And.NotContain(before[0], "the path of the backend's new address has another mark");

        await Gorb.DeleteAsync("/service/dr/b");
        Marks().Should().ContainSingle();
        await Gorb.PatchAsync("/service/tunnel/b", """{"pulse": {"type": "tcp"}}""");
        Marks().Should().BeEmpty();
    }

    private static IReadOnlyList<string> Marks() => [.. Shell.Ipvsadm().Where(line => line.StartsWith("-A -f", StringComparison.Ordinal))];

    private static string Pulse(string type, string args) => $$"""{"type": "{{type}}", "via": "path", {{Times}}, "args": { {{args}} } }""";

    private async Task PutAsync(string name, int servicePort, bool v6, IPAddress backend, string method, string pulse, int? port = null)
    {
        await Gorb.PutAsync($"/service/{name}", $$"""{"host": "{{(v6 ? Network.Vip6 : Network.Vip4)}}", "port": {{servicePort}}, "method": "rr"}""");
        await Gorb.PutAsync($"/service/{name}/b", $$"""{"host": "{{backend}}", "port": {{port ?? servicePort}}, "method": {{method}}, "pulse": {{pulse}} }""");
    }

    private Task IsAsync(string service, string status)
    {
        var last = default(JsonElement);
        return Eventually.Async(
            async () => Check(last = await Gorb.GetAsync($"/service/{service}/b")).TryGetProperty("status", out var found) && found.GetString() == status,
            () => $"{service} is not {status}:\n{last}\n{Shell.Run("ipvsadm", "-Sn")}");
    }

    private static string? Reason(JsonElement view) => Check(view).GetProperty("reason").GetString();

    /// <summary>The first check; an empty object while the checks of a new backend have not begun.</summary>
    private static JsonElement Check(JsonElement view) => view.TryGetProperty("pulse", out var pulse) ? pulse.GetProperty("checks")[0] : JsonElement.Parse("{}");
}
