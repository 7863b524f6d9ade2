using System.Net;

namespace Gorb.Tests.Api;

/// <summary>Reads have an ETag; writes with If-Match are made only to the version that the client has read.</summary>
public sealed class PreconditionTests : DaemonTest
{
    private const string Service = """{"host": "10.9.0.100", "port": 80}""";
    private const string Backend = """{"host": "10.9.0.21", "port": 80, "pulse": {"type": "none"}}""";

    [Theory]
    [InlineData("/service/web", """{"method": "rr"}""")]
    [InlineData("/service/web/b1", """{"weight": 7}""")]
    public async Task Patch_OfTheVersionThatWasRead_IsMadeOnce(string path, string change)
    {
        await PutTableAsync();
        var tag = await TagAsync(path);

        var first = await SendAsync(HttpMethod.Patch, path, tag, change);
        var second = await SendAsync(HttpMethod.Patch, path, tag, change);

        first.StatusCode.Should().Be(HttpStatusCode.OK, first.ToString());
        first.Headers.ETag.Should().NotBeNull(first.ToString());
        first.Headers.ETag!.ToString().Should().Be(await TagAsync(path)).And.NotBe(tag);
        second.StatusCode.Should().Be(HttpStatusCode.PreconditionFailed);
        second.Headers.ETag!.ToString().Should().Be(await TagAsync(path), "the client learns the present version");
        var details = (await TestDaemon.JsonAsync(second)).GetProperty("details")[0];
        details.GetProperty("field").GetString().Should().Be("If-Match");
        details.GetProperty("problem").GetString().Should().EndWith($"read it again (GET {path}) and send the ETag of that answer, or leave the header out");
    }

    [Theory]
    [InlineData("PUT", "/service/web", """{"host": "10.9.0.100", "port": 81}""")]
    [InlineData("PUT", "/service/web/b1", """{"host": "10.9.0.22", "port": 80}""")]
    [InlineData("PUT", "/config", """{"services": {}}""")]
    [InlineData("PUT", "/config?source=other", """{"services": {}}""")]
    [InlineData("DELETE", "/service/web", null)]
    [InlineData("DELETE", "/service/web/b1?drain=30s", null)]
    public async Task Write_OfAnotherVersion_ChangesNothing(string method, string path, string? body)
    {
        await PutTableAsync();
        await _daemon.PutAsync("/config?source=other", """{"services": {"other": {"fwmark": 1}}}""");
        var before = await TagAsync("/config");

        var answer = await SendAsync(new HttpMethod(method), path, "\"0123456789abcdef\"", body);

        answer.StatusCode.Should().Be(HttpStatusCode.PreconditionFailed);
        (await TagAsync("/config")).Should().Be(before);
        (await SendAsync(new HttpMethod(method), path, await TagAsync(path.Split("?drain")[0]), body)).IsSuccessStatusCode.Should().BeTrue();
        (await TagAsync("/config")).Should().NotBe(before);
    }

    [Fact]
    public async Task Tag_OfAService_ChangesWithItsBackends_AndThatOfABackendAlone()
    {
        await PutTableAsync();
        var (service, backend, table, part) = (await TagAsync("/service/web"), await TagAsync("/service/web/b1"), await TagAsync("/config"), await TagAsync("/config?source=other"));

        await _daemon.PutAsync("/service/web/b2", """{"host": "10.9.0.22", "port": 80, "pulse": {"type": "none"}}""");

        (await TagAsync("/service/web")).Should().NotBe(service);
        (await TagAsync("/config")).Should().NotBe(table);
        (await TagAsync("/service/web/b1")).Should().Be(backend);
        (await TagAsync("/config?source=other")).Should().Be(part);
        await _daemon.DeleteAsync("/service/web/b2");
        (await TagAsync("/service/web")).Should().Be(service, "it is as it was");
    }

    [Fact]
    public async Task Tag_DoesNotTellOfSecrets()
    {
        await PutTableAsync();
        var tags = new List<string>();
        foreach (var secret in (string[])["one", "two"])
        {
            await _daemon.PatchAsync("/service/web", """{"pulse": {"type": "http", "args": {"headers": {"Authorization": "Bearer SECRET"}}}}""".Replace("SECRET", secret, StringComparison.Ordinal));
            tags.Add(await TagAsync("/service/web"));
        }

        tags.Distinct().Should().ContainSingle("a reader could otherwise try guesses at it");
    }

    [Fact]
    public async Task Put_IfAnyVersionExists_CreatesNothing()
    {
        (await SendAsync(HttpMethod.Put, "/service/web", "*", Service)).StatusCode.Should().Be(HttpStatusCode.PreconditionFailed);
        await PutTableAsync();
        (await SendAsync(HttpMethod.Put, "/service/web", "*", Service)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("web")]
    [InlineData("\"half")]
    public async Task IfMatch_ThatIsNoTag_Is400(string header)
    {
        await PutTableAsync();

        var answer = await SendAsync(HttpMethod.Patch, "/service/web", header, "{}");

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await TestDaemon.JsonAsync(answer)).GetProperty("error").GetString().Should().StartWith("If-Match: must be the ETag of an answer");
    }

    [Fact]
    public async Task IfMatch_OfAMissingObject_IsNotFound_ForWhatCreatesNone()
    {
        (await SendAsync(HttpMethod.Patch, "/service/none", "*", "{}")).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await SendAsync(HttpMethod.Delete, "/service/none", "*", null)).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    private async Task PutTableAsync()
    {
        await _daemon.PutAsync("/service/web", Service);
        await _daemon.PutAsync("/service/web/b1", Backend);
    }

    private async Task<string> TagAsync(string path)
    {
        var answer = await _daemon.SendAsync(HttpMethod.Get, path, null);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        return answer.Headers.ETag!.ToString();
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string condition, string? body)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : new StringContent(body) };
        request.Headers.TryAddWithoutValidation("If-Match", condition);
        return _daemon.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
