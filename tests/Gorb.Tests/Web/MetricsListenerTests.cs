using System.Net;
using Gorb.Cli;
using Gorb.Model;
using Gorb.Tests.Api;

namespace Gorb.Tests.Web;

/// <summary>A listener for metrics and health alone (--metrics-listen).</summary>
public sealed class MetricsListenerTests
{
    [Fact]
    public async Task MetricsAndHealth_NeedNoToken_AndNothingElseIsThere()
    {
        var port = FreePort();
        await using var daemon = new TestDaemon { MetricsListen = [new IPEndPoint(IPAddress.Loopback, port)], IsTokenRequired = true };
        await daemon.InitializeAsync();
        using var metrics = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        foreach (var path in new[] { "/metrics", "/metrics?backends=true", "/healthz", "/readyz" })
        {
            (await StatusAsync(metrics, HttpMethod.Get, path)).Should().Be(HttpStatusCode.OK, path);
        }

        (await metrics.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken)).Should().Contain("gorb_kernel_up 1");
        foreach (var path in new[] { "/", "/service", "/config", "/events", "/tokens", "/ipvs", "/docs", "/docs/index.html", "/openapi.json", "/doctor", "/metrics/", "/Service" })
        {
            (await StatusAsync(metrics, HttpMethod.Get, path)).Should().Be(path is "/metrics/" ? HttpStatusCode.OK : HttpStatusCode.NotFound, path);
        }

        (await StatusAsync(metrics, HttpMethod.Put, "/service/web")).Should().Be(HttpStatusCode.NotFound);
        (await StatusAsync(metrics, HttpMethod.Delete, "/ipvs")).Should().Be(HttpStatusCode.NotFound);
        (await daemon.SendAsync(HttpMethod.Get, "/metrics", null)).StatusCode.Should().Be(HttpStatusCode.Unauthorized, "elsewhere they need a role as before");
        (await daemon.SendAsync(HttpMethod.Get, "/readyz", null)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task OtherHosts_MayReadMetrics_WithoutAnyToken()
    {
        await using var daemon = new TestDaemon { MetricsListen = [new IPEndPoint(IPAddress.Any, FreePort())] };

        await daemon.InitializeAsync(); // the API itself would not start there
    }

    [Fact]
    public async Task AddressOfTheApi_IsRefused()
    {
        var port = FreePort();
        await using var daemon = new TestDaemon { Port = port, MetricsListen = [new IPEndPoint(IPAddress.Loopback, port)] };

        (await daemon.Invoking(one => one.InitializeAsync().AsTask()).Should().ThrowAsync<SettingException>()).Which.Message.Should().Contain("--metrics-listen");
    }

    [Theory]
    [InlineData(":9672", "")]
    [InlineData("https://:9672", "--metrics-listen 'https://:9672' cannot have https")]
    [InlineData("127.0.0.1", "--metrics-listen '127.0.0.1' is not an address and port")]
    public void Option_IsReadAsAnAddress(string text, string error) =>
        string.Concat(GorbCommand.Create(static (_, _) => Task.FromResult(0), static (_, _, _) => Task.FromResult(0)).Parse(["--metrics-listen", text]).Errors.Select(static one => one.Message))
            .Should().StartWith(error);

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
