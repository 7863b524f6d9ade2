using System.Net;
using Gorb.Tests.Api;
using Gorb.Web;
using Microsoft.AspNetCore.Http;

namespace Gorb.Tests.Web;

/// <summary>Pages of other sites cannot use the API through a user's browser; other clients are not affected.</summary>
public sealed class HostGuardTests : DaemonTest
{
    private const string Browser = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

    [Theory]
    [InlineData("127.0.0.1", "localhost:4672", null, null)]
    [InlineData("127.0.0.1", "LOCALHOST:4672", null, null)]
    [InlineData("127.0.0.1", "gorb.localhost", null, null)]
    [InlineData("127.0.0.1", "127.0.0.2:4672", null, null)]
    [InlineData("::1", "[::1]:4672", null, null)]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1:4672", null, null)]
    [InlineData("127.0.0.1", "", null, null)] // HTTP/1.0, which needs no Host header
    [InlineData("127.0.0.1", "lb.example:4672", null, null)] // --host-name
    [InlineData("127.0.0.1", "localhost:4672", "http://localhost:4672", "same-origin")]
    [InlineData("127.0.0.1", "localhost:4672", null, "none")]
    [InlineData("10.9.0.1", "gorb.lan:4672", null, null)] // curl and Prometheus from another machine
    [InlineData("10.9.0.1", "10.9.0.1:4672", "http://10.9.0.1:4672", null)]
    [InlineData("::ffff:10.9.0.1", "10.9.0.1:4672", "http://10.9.0.1:4672", null)]
    [InlineData("10.9.0.1", "lb.example", "https://lb.example", null)] // a proxy that terminates TLS
    public void Request_IsLetThrough(string local, string host, string? origin, string? site) => Status(local, host, origin, site).Should().Be(200);

    /// <summary>Over plain HTTP a browser sends another host neither Origin with a GET nor Sec-Fetch headers.</summary>
    [Theory]
    [InlineData("10.9.0.1", "10.9.0.1:4672", 200)]
    [InlineData("10.9.0.1", "lb.example", 200)]
    [InlineData("10.9.0.1", "evil.example", 403)]
    public void RequestOfABrowser_NeedsAKnownHost(string local, string host, int status) => Status(Request(local, host, agent: Browser)).Should().Be(status);

    [Theory]
    [InlineData("POST", "application/x-www-form-urlencoded", null, 403)]
    [InlineData("PUT", "text/plain;charset=UTF-8", null, 403)]
    [InlineData("POST", "multipart/form-data; boundary=x", null, 403)]
    [InlineData("POST", "text/plain", "http://localhost:4672", 403)] // no page of this host sends one
    [InlineData("POST", "a broken/type/", "http://localhost:4672", 403)]
    [InlineData("POST", null, null, 403)]
    [InlineData("POST", null, "http://localhost:4672", 200)] // of /docs
    [InlineData("DELETE", null, null, 200)] // a page of another site would have to ask first
    [InlineData("PUT", "application/json", null, 200)]
    [InlineData("GET", "text/plain", null, 200)]
    public void FormOfABrowser_ChangesNothing(string method, string? type, string? origin, int status) =>
        Status(Request("127.0.0.1", "localhost:4672", origin, agent: Browser, method: method, type: type)).Should().Be(status);

    /// <summary>A link of a runbook leads a person to the page; to nothing else, and not into a frame.</summary>
    [Theory]
    [InlineData("/", "navigate", "document", 200)]
    [InlineData("/ui/", "navigate", "document", 200)]
    [InlineData("/ui/", "navigate", "iframe", 403)]
    [InlineData("/ui/main.js", "no-cors", "script", 403)]
    [InlineData("/config", "navigate", "document", 403)]
    public void LinkOfAnotherSite_LeadsToThePageOnly(string path, string mode, string destination, int status)
    {
        var request = Request("127.0.0.1", "localhost:4672", site: "cross-site", agent: Browser);
        request.Path = path;
        request.Headers["Sec-Fetch-Mode"] = mode;
        request.Headers["Sec-Fetch-Dest"] = destination;

        Status(request).Should().Be(status);
    }

    [Fact]
    public void DataOfCurl_IsNoForm() => Status(Request("127.0.0.1", "localhost:4672", agent: "curl/8.14.1", method: "PUT", type: "application/x-www-form-urlencoded")).Should().Be(200);

    [Fact]
    public async Task NameOfTheMachine_IsKnown()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/service");
        request.Headers.Host = Environment.MachineName;

        (await _daemon.Http.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/service")]
    [InlineData("/nothing")]
    [InlineData("/openapi.json")]
    public async Task AnswersForABrowser_StandInNoFrame_AndAreNotForOtherSites(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("User-Agent", Browser);
        using var answer = await _daemon.Http.SendAsync(request, TestContext.Current.CancellationToken);

        answer.Headers.GetValues("X-Frame-Options").Should().Equal("DENY");
        answer.Headers.GetValues("Content-Security-Policy").Should().Equal("default-src 'none'; frame-ancestors 'none'");
        answer.Headers.GetValues("Cross-Origin-Resource-Policy").Should().Equal("same-origin");
        answer.Headers.Contains("Access-Control-Allow-Origin").Should().BeFalse();
    }

    [Theory]
    [InlineData("127.0.0.1", "evil.example:4672", null, null)] // DNS rebinding
    [InlineData("::ffff:127.0.0.1", "evil.example", null, null)]
    [InlineData("127.0.0.1", "localhost.evil.example", null, null)]
    [InlineData("127.0.0.1", "notlocalhost", null, null)]
    [InlineData("127.0.0.1", "203.0.113.7", null, null)]
    [InlineData("127.0.0.1", "localhost:4672", "http://evil.example", "cross-site")]
    [InlineData("127.0.0.1", "localhost:4672", "http://localhost:3000", "same-site")] // another server on this host
    [InlineData("127.0.0.1", "localhost:4672", "null", null)] // a local file or a sandboxed frame
    [InlineData("127.0.0.1", "localhost:4672", null, "cross-site")]
    [InlineData("127.0.0.1", "localhost:4672", null, "same-site")]
    [InlineData("10.9.0.1", "gorb.lan:4672", "http://gorb.lan:4672", null)] // a browser with a host name that is not configured
    [InlineData("10.9.0.1", "10.9.0.1:4672", "http://evil.example", null)]
    [InlineData("10.9.0.1", "", "http://evil.example", null)]
    public void Request_IsRefused(string local, string host, string? origin, string? site) => Status(local, host, origin, site).Should().Be(403);

    [Fact]
    public async Task Refusal_SaysWhy_AndChangesNothing()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/service/web") { Content = new StringContent("""{"host": "10.9.0.100", "port": 80}""") };
        request.Headers.Host = "evil.example";
        var answer = await _daemon.Http.SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await TestDaemon.JsonAsync(answer)).GetProperty("details")[0].GetProperty("problem").GetString().Should().Contain("'evil.example'").And.Contain("--allow-host evil.example");
        _daemon.ReadKernel().Should().BeEmpty();
    }

    [Fact]
    public async Task Reads_AreRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/config");
        request.Headers.Add("Origin", "http://evil.example");

        (await _daemon.Http.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Answers_AreTakenForWhatTheySay_AndPagesStandInNoFrame()
    {
        var answer = await _daemon.Http.GetAsync(new Uri("/service", UriKind.Relative), TestContext.Current.CancellationToken);
        var page = await _daemon.Http.GetAsync(new Uri("/docs/index.html", UriKind.Relative), TestContext.Current.CancellationToken);

        answer.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
        page.StatusCode.Should().Be(HttpStatusCode.OK);
        page.Headers.GetValues("X-Frame-Options").Should().Equal("DENY");
        page.Headers.GetValues("Content-Security-Policy").Should().ContainSingle().Which.Should().Contain("script-src 'self';").And.Contain("frame-ancestors 'none'");
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        html.Replace("></script>", "", StringComparison.Ordinal).Should().NotContain("</script>", "an inline script would not run");
    }

    private static int Status(string local, string host, string? origin, string? site) => Status(Request(local, host, origin, site));

    private static int Status(HttpRequest request) => new HostGuard(["lb.example"]).Fault(request) is null ? 200 : 403;

    private static HttpRequest Request(string local, string host, string? origin = null, string? site = null, string? agent = null, string method = "GET", string? type = null)
    {
        var context = new DefaultHttpContext();
        context.Connection.LocalIpAddress = IPAddress.Parse(local);
        context.Request.Host = new HostString(host);
        if (origin is not null)
        {
            context.Request.Headers.Origin = origin;
        }

        if (site is not null)
        {
            context.Request.Headers["Sec-Fetch-Site"] = site;
        }

        context.Request.Method = method;
        context.Request.ContentType = type;
        context.Request.Headers.UserAgent = agent;
        return context.Request;
    }
}
