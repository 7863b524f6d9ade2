using System.Net;
using System.Net.Http.Headers;
using Gorb.Tests.Api;
using Gorb.Web;

namespace Gorb.PageTests;

/// <summary>How the files of the page are served.</summary>
public sealed class PageFileTests : IAsyncLifetime
{
    /// <summary>What a browser loads for the whole page, compressed.</summary>
    private const int MaxBytes = 60 * 1024;

    private readonly TestDaemon _daemon = new() { IsTokenRequired = true };

    public ValueTask InitializeAsync() => _daemon.InitializeAsync();

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();

    [Fact]
    public void AllFiles_AreSmall() => PageFiles.Names.Sum(static name => PageFiles.Find(name)!.Compressed.Length).Should().BeInRange(10_000, MaxBytes);

    [Fact]
    public async Task Page_HasAStrictPolicyOfContent()
    {
        var answer = await GetAsync("/ui/");

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("text/html");
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        policy.Should().StartWith("default-src 'none'; script-src 'self'; style-src 'self';").And.Contain("frame-ancestors 'none'").And.NotContain("unsafe").And.NotContain("http").And.NotContain("data:");
        answer.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
    }

    /// <summary>The Content-Security-Policy would forbid it; this says so where it is written.</summary>
    [Fact]
    public async Task NoFile_NamesAnotherHost()
    {
        foreach (var name in PageFiles.Names.Where(static name => name.EndsWith(".html", StringComparison.Ordinal) || name.EndsWith(".css", StringComparison.Ordinal)))
        {
            var text = await (await GetAsync($"/ui/{name}")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            text.Should().NotContain("//", name).And.NotContain("style=", name);
        }
    }

    [Fact]
    public async Task Files_AreSentCompressedAndKept()
    {
        var compressed = await GetAsync("/ui/main.js", static headers => headers.AcceptEncoding.Add(new("gzip")));
        var kept = await GetAsync("/ui/main.js", headers =>
        {
            headers.AcceptEncoding.Add(new("gzip"));
            headers.IfNoneMatch.Add(compressed.Headers.ETag!);
        });

        compressed.Content.Headers.ContentEncoding.Should().Equal("gzip");
        compressed.Content.Headers.ContentType!.MediaType.Should().Be("text/javascript");
        kept.StatusCode.Should().Be(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Licences_AreShown() =>
        (await (await GetAsync("/ui/licences.txt")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("preact").And.Contain("htm").And.Contain("MIT").And.Contain("Apache License");

    [Theory]
    [InlineData("/", "ui/")]
    [InlineData("/ui", "ui/")]
    public async Task Browsers_AreLedToThePage(string path, string to)
    {
        var answer = await GetAsync(path, static headers => headers.Accept.ParseAdd("text/html,application/xhtml+xml,*/*;q=0.8"));

        answer.StatusCode.Should().Be(HttpStatusCode.Redirect);
        answer.Headers.Location!.ToString().Should().Be(to);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/ui/nothing.js")]
    [InlineData("/ui/vendor")]
    public async Task Nothing_IsNotFound(string path) => (await GetAsync(path)).StatusCode.Should().Be(HttpStatusCode.NotFound);

    private async Task<HttpResponseMessage> GetAsync(string path, Action<HttpRequestHeaders>? configure = null)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = _daemon.Http.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        configure?.Invoke(request.Headers);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
