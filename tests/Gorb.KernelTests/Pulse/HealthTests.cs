using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Pulse;

/// <summary>Real backends fail and return, seen through real connections. Clients use port 80; the checks use a web server on another port.</summary>
public sealed class HealthTests(SharedDaemon daemon) : KernelTest(daemon)
{
    private const string Web = """{"host": "10.9.0.100", "port": 80, "method": "rr"}""";
    private const string Times = "\"interval\": \"300ms\", \"timeout\": \"300ms\"";
    private const string Tcp = $$$"""{"type": "tcp", {{{Times}}}, "args": {"port": 8081}}""";
    private const string Http = $$$"""{"type": "http", "interval": "1s", "timeout": "1s", "rise": 1, "fall": 1, "args": {"port": 8081}}""";

    [Fact]
    public async Task StoppedServer_GetsNoConnection_UntilItComesBack()
    {
        using var others = new Servers("b2", "b3");
        using (new WebServer("b1"))
        {
            await PutAsync(Web, Tcp);
            await EventuallyAsync("b1", "up", 100);
        }

        await EventuallyAsync("b1", "down", 0);
        await ReasonBecomesAsync("b1", "connection refused");
        Shell.Ipvsadm().Should().Contain("-a -t 10.9.0.100:80 -r 10.9.0.21:80 -m -w 0");
        Visitor.Visit(Network.Vip4, 80, 12).Should().NotContain("b1").And.Contain("b2").And.Contain("b3");

        using var back = new WebServer("b1");
        await EventuallyAsync("b1", "up", 100);
        Visitor.Spread(Network.Vip4, 80, 9).Values.Should().Equal(3, 3, 3);
        await Gorb.LogsAsync("b1 of web is up: connected");
        Gorb.Log.Should().Contain("b1 of web is down: connection refused");
    }

    [Fact]
    public async Task BlackHole_IsTimedOut_AndTakesNoOtherWithIt()
    {
        using var servers = new Servers("b1", "b2", "b3");
        await PutAsync(Web, Tcp);
        await EventuallyAsync("b2", "up", 100);

        Shell.Run("ip", "-n", "b2", "route", "add", "blackhole", "10.9.0.1/32");
        try
        {
            await EventuallyAsync("b2", "down", 0);
            await ReasonBecomesAsync("b2", "timed out after 300ms");
            Visitor.Visit(Network.Vip4, 80, 12).Should().NotContain("b2").And.Contain("b1").And.Contain("b3");
        }
        finally
        {
            Shell.Run("ip", "-n", "b2", "route", "delete", "blackhole", "10.9.0.1/32");
        }

        await EventuallyAsync("b2", "up", 100);
    }

    [Fact]
    public async Task Http503_IsDown_AndSaysSo()
    {
        using var servers = new Servers("b1", "b2", "b3");
        await PutAsync(Web, Http);
        servers["b3"].Status = HttpStatusCode.ServiceUnavailable;

        await EventuallyAsync("b3", "down", 0);
        await ReasonBecomesAsync("b3", "503, expected 200");

        servers["b3"].Status = HttpStatusCode.OK;
        await EventuallyAsync("b3", "up", 100);
    }

    [Fact]
    public async Task CertificateOfTheWrongName_IsDown_AndSaysSo()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=shop.example", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var server = new WebServer("b1", certificate);
        await Gorb.PutAsync("/service/web", Web);
        await PutBackendAsync("b1", """{"type": "https", "interval": "3s", "timeout": "3s", "fall": 1, "args": {"port": 8081, "sni": "bank.example"}}""");
        await PutBackendAsync("b2", """{"type": "https", "interval": "3s", "timeout": "3s", "args": {"host": "10.9.0.21", "port": 8081, "insecure": true}}""");

        await EventuallyAsync("b1", "down", 0);
        await EventuallyAsync("b2", "up", 100);

        await ReasonBecomesAsync("b1", "certificate is for shop.example, not for bank.example");
        await ReasonBecomesAsync("b2", "200");
    }

    [Theory]
    [InlineData("\"fb-default\"", new string[0], 0)]
    [InlineData("\"fb-zero-to-one\"", new[] { "b1", "b2" }, 1)]
    [InlineData("\"sorry\", \"sorry\": {\"host\": \"10.9.0.23\", \"port\": 80, \"method\": \"dr\"}", new[] { "b3" }, 0)]
    public async Task AllDown_TheFallbackDecides_UntilOneIsBack(string fallback, string[] answering, int weight)
    {
        await Gorb.PutAsync("/service/web", $$"""{"host": "10.9.0.100", "port": 80, "method": "rr", "fallback": {{fallback}} }""");
        await PutBackendAsync("b1", Tcp);
        await PutBackendAsync("b2", Tcp);
        await EventuallyAsync("b1", "down", weight);
        await EventuallyAsync("b2", "down", weight);

        var weights = Shell.Ipvsadm().Where(line => line.Contains("-w ", StringComparison.Ordinal)).Select(line => int.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture));
        (weights.Sum() > 0).Should().Be(answering.Length > 0);
        if (answering.Length > 0)
        {
            Visitor.Visit(Network.Vip4, 80, 4).Distinct().Order().Should().Equal(answering);
        }

        using var back = new WebServer("b1");
        await EventuallyAsync("b1", "up", 100);
        await EventuallyAsync("b2", "down", 0);
        Visitor.Visit(Network.Vip4, 80, 4).Distinct().Should().Equal("b1");
    }

    [Fact]
    public async Task Drain_SurvivesRecovery()
    {
        using var others = new Servers("b2", "b3");
        await PutAsync(Web, Tcp);
        await EventuallyAsync("b1", "down", 0);
        await Gorb.PatchAsync("/service/web/b1", """{"drain": true}""");

        using var back = new WebServer("b1");
        await EventuallyAsync("b1", "up", 0);
        Visitor.Visit(Network.Vip4, 80, 6).Should().NotContain("b1");

        await Gorb.PatchAsync("/service/web/b1", """{"drain": false}""");
        await EventuallyAsync("b1", "up", 100);
    }

    [Fact]
    public async Task Ipv6Backend_IsCheckedToo()
    {
        using var server = new WebServer("b1");
        await Gorb.PutAsync("/service/web", """{"host": "fd00:9::100", "port": 80, "method": "rr"}""");
        await PutBackendAsync("b1", Tcp, v6: true);
        await PutBackendAsync("b2", Tcp, v6: true);

        await EventuallyAsync("b1", "up", 100);
        await EventuallyAsync("b2", "down", 0);

        Visitor.Visit(Network.Vip6, 80, 6).Distinct().Should().Equal("b1");
    }

    private async Task PutAsync(string service, string pulse)
    {
        await Gorb.PutAsync("/service/web", service);
        foreach (var backend in Network.Backends)
        {
            await PutBackendAsync(backend, pulse);
        }
    }

    private Task PutBackendAsync(string backend, string pulse, bool v6 = false) =>
        Gorb.PutAsync($"/service/web/{backend}", $$"""{"host": "{{Network.Address(backend, v6)}}", "port": 80, "pulse": {{pulse}} }""");

    /// <summary>Waits until the check has this status and the kernel this weight.</summary>
    private Task EventuallyAsync(string backend, string status, int weight) => Eventually.Async(async () =>
    {
        var view = await Gorb.GetAsync($"/service/web/{backend}");
        return Check(view) is { } check && check.TryGetProperty("status", out var found) && found.GetString() == status
            && view.GetProperty("kernel").GetProperty("weight").GetInt32() == weight;
    });

    /// <summary>Waits for a reason: on a slow machine a check may time out instead.</summary>
    private async Task ReasonBecomesAsync(string backend, string reason)
    {
        string? last = null;
        await Eventually.Async(async () => (last = Reason(await Gorb.GetAsync($"/service/web/{backend}"))) == reason, () => $"{backend}: {last}, not {reason}");
    }

    private static string? Reason(JsonElement view) => Check(view) is { } check && check.TryGetProperty("reason", out var reason) ? reason.GetString() : null;

    private static JsonElement? Check(JsonElement view) =>
        view.TryGetProperty("pulse", out var pulse) && pulse.GetProperty("checks") is { } checks && checks.GetArrayLength() > 0 ? checks[0] : null;

    /// <summary>A web server for each backend.</summary>
    private sealed class Servers(params string[] backends) : IDisposable
    {
        private readonly Dictionary<string, WebServer> _servers = backends.ToDictionary(backend => backend, backend => new WebServer(backend));

        public WebServer this[string backend] => _servers[backend];

        public void Dispose()
        {
            foreach (var server in _servers.Values)
            {
                server.Dispose();
            }
        }
    }
}
