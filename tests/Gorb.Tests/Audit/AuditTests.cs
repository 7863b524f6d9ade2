using System.Net;
using System.Text.Json;
using Gorb.Draining;
using Gorb.Sources.Files;
using Gorb.Tests.Api;

namespace Gorb.Tests.Audit;

/// <summary>Each change has a name: in the audit file before the answer, in the log, and in GET /audit.</summary>
public sealed class AuditTests : AuditedTest
{
    private const string RequestIdHeader = "X-Request-Id";

    [Fact]
    public async Task Change_IsInTheFile_WithWhoFromWhereWhatBeforeAndAfter()
    {
        var id = await DoneAsync(HttpMethod.Put, "/service/web/b1", """{"host": "10.9.0.21", "port": 80, "weight": 7}""", "my-request-1");

        id.Should().Be("my-request-1");
        var line = Last();
        line.GetProperty("actor").GetString().Should().Be("token-file");
        line.GetProperty("from").GetString().Should().Be("127.0.0.1");
        line.GetProperty("request").GetString().Should().Be("my-request-1");
        line.GetProperty("method").GetString().Should().Be("PUT");
        line.GetProperty("path").GetString().Should().Be("/service/web/b1");
        line.GetProperty("source").GetString().Should().Be("api");
        line.GetProperty("result").GetString().Should().Be("ok");
        line.GetProperty("changes").GetRawText().Should().Be("""[{"action":"change","service":"web","backend":"b1","members":[{"member":"weight","from":100,"to":7}]}]""");
        _log.Texts.Should().Contain("Change by token-file (127.0.0.1, request my-request-1): change backend web/b1: weight from 100 to 7");
        File.GetUnixFileMode(_audit.Path).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData("an id with spaces")]
    [InlineData("")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")]
    public async Task RequestId_ThatIsNotSane_IsReplaced(string given)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/service", UriKind.Relative));
        request.Headers.TryAddWithoutValidation(RequestIdHeader, given);
        using var answer = await _daemon.Http.SendAsync(request, Stop);

        answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        Id(answer).Should().MatchRegex("^[0-9a-f]{32}$");
    }

    [Theory]
    [InlineData("PUT", "/service/web", Service, 401, null)]
    [InlineData("PUT", "/service/web", Service, 403, "reader")]
    [InlineData("PUT", "/service/other", Service, 409, "token-file")]
    [InlineData("PUT", "/service/other", """{"port": "x"}""", 400, "token-file")]
    [InlineData("DELETE", "/service/none", null, 404, "token-file")]
    [InlineData("POST", "/vip/10.9.0.100/announce", null, 404, "token-file")]
    public async Task RefusedChange_IsRecorded(string method, string path, string? body, int status, string? actor)
    {
        var reader = await CreateAsync("reader", "read");

        using var answer = await SendAsync(actor switch { null => "wrong", "reader" => reader, _ => Admin }, new HttpMethod(method), path, body);

        ((int)answer.StatusCode).Should().Be(status);
        var line = Last();
        line.GetProperty("status").GetInt32().Should().Be(status);
        line.GetProperty("result").GetString().Should().Be("refused");
        line.GetProperty("error").GetString().Should().NotBeEmpty();
        line.GetProperty("request").GetString().Should().Be(Id(answer));
        (line.TryGetProperty("actor", out var name) ? name.GetString() : null).Should().Be(actor);
    }

    [Fact]
    public async Task RefusedChange_NamesTheFieldThatIsWrong()
    {
        using var answer = await SendAsync(Admin, HttpMethod.Put, "/service/other", """{"host": "10.9.0.101", "port": 80000}""");

        Last().GetProperty("error").GetString().Should().Be("port: must be a whole number from 0 to 65535");
    }

    [Fact]
    public async Task Reads_AndWhatChangesNothing_AreNotRecorded()
    {
        var before = File.ReadAllText(_audit.Path);

        await DoneAsync(Admin, HttpMethod.Get, "/service/web");
        await StatusAsync("wrong", HttpMethod.Get, "/service/web");
        await StatusAsync(Admin, HttpMethod.Get, "/service/none");
        await DoneAsync(Admin, HttpMethod.Post, "/config/diff", "services: {}");
        await StatusAsync(Admin, HttpMethod.Post, "/config/diff", "services: 1");
        await StatusAsync("wrong", HttpMethod.Post, "/config/diff", "services: {}");
        await DoneAsync(Admin, HttpMethod.Put, "/service/web", Service);

        File.ReadAllText(_audit.Path).Should().Be(before);
    }

    [Fact]
    public async Task Tokens_AreRecorded_WithoutTheirSecret()
    {
        var secret = await CreateAsync("ci", "operate", ", \"services\": [\"web*\"]");
        Last().GetProperty("changes").GetRawText().Should().StartWith("""[{"action":"add","token":"ci","members":[{"member":"role","to":"operate"}""");
        await DoneAsync(Admin, HttpMethod.Delete, "/tokens/ci");
        Last().GetProperty("changes")[0].GetProperty("action").GetString().Should().Be("remove");

        File.ReadAllText(_audit.Path).Should().NotContain(secret).And.NotContain(Admin);
    }

    [Fact]
    public async Task FileAndEndOfADrain_AreActors()
    {
        _config.Write("services: {files: {host: 10.9.0.107, port: 80}}"u8.ToArray());
        _daemon.Service<ConfigFile>().AskForRead();
        await _daemon.Service<ConfigFile>().PollAsync(Stop);
        Last().GetProperty("actor").GetString().Should().Be("file");

        (await StatusAsync(Admin, HttpMethod.Delete, "/service/web/b1?drain=30s")).Should().Be(HttpStatusCode.Accepted);
        await _daemon.Service<Drainer>().CheckAsync();
        Last().GetProperty("actor").GetString().Should().Be("drain");
        Last().TryGetProperty("request", out _).Should().BeFalse();
    }

    [Fact]
    public async Task RemovedService_NamesItsBackends()
    {
        await DoneAsync(Admin, HttpMethod.Delete, "/service/web");

        Last().GetProperty("changes")[0].GetProperty("members").EnumerateArray().Last().GetRawText().Should().Be("""{"member":"backends","from":["b1"]}""");
    }

    [Fact]
    public async Task GetAudit_HasTheSameLines_AndPagesBySince()
    {
        await DoneAsync(Admin, HttpMethod.Put, "/service/web-2", """{"host": "10.9.0.102", "port": 80}""");

        var all = await AuditAsync("");
        all.Select(static line => line.GetRawText()).Should().Equal(Lines());
        (await AuditAsync($"?since={all[^2].GetProperty("id")}")).Should().ContainSingle().Which.GetRawText().Should().Be(Lines()[^1]);
        (await AuditAsync($"?since={all[^1].GetProperty("id")}")).Should().BeEmpty();
        (await RefusalAsync(HttpStatusCode.BadRequest, Admin, HttpMethod.Get, "/audit?since=x")).Should().Contain("id of a line");
    }

    [Fact]
    public async Task GetAudit_TellsWhenItsMemoryBegins_AndWhichFileHasMore()
    {
        using var answer = await SendAsync(Admin, HttpMethod.Get, "/audit");

        answer.Headers.GetValues("Audit-Start").Should().Equal(_time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        answer.Headers.GetValues("Audit-File").Should().Equal(_audit.Path);
    }

    [Fact]
    public async Task GetAudit_IsForAdminsOfTheWholeHost()
    {
        await RefusalAsync(HttpStatusCode.Forbidden, await CreateAsync("changer", "write"), HttpMethod.Get, "/audit");
        await RefusalAsync(HttpStatusCode.Forbidden, await CreateAsync("web-admin", "admin", ", \"services\": [\"web*\"]"), HttpMethod.Get, "/audit");
    }

    [Fact]
    public async Task ChangesAtTheSameTime_HaveALineEach()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => DoneAsync(Admin, HttpMethod.Put, $"/service/web/many-{number}", $$"""{"host": "10.9.1.{{number}}", "port": 80}""")));

        Lines().Count(static line => line.Contains("many-", StringComparison.Ordinal) && line.Contains("\"result\":\"ok\"", StringComparison.Ordinal)).Should().Be(200);
        Lines().Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetInt64()).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task TooManyRefusals_AreCounted()
    {
        for (var i = 0; i < 60; i++)
        {
            using var answer = await SendAsync(null, HttpMethod.Delete, "/service/web");
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        using var last = await SendAsync(null, HttpMethod.Delete, "/service/web");

        Lines().Count(static line => line.Contains("\"status\":401", StringComparison.Ordinal)).Should().Be(51);
        Last().GetProperty("unrecorded").GetInt64().Should().Be(10);
    }

    private static string Id(HttpResponseMessage answer) => answer.Headers.GetValues(RequestIdHeader).Should().ContainSingle().Subject;

    private async Task<string> DoneAsync(HttpMethod method, string path, string body, string id)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = new StringContent(body) };
        request.Headers.Authorization = new("Bearer", Admin);
        request.Headers.Add(RequestIdHeader, id);
        using var answer = await _daemon.Http.SendAsync(request, Stop);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        return Id(answer);
    }

    private async Task<IReadOnlyList<JsonElement>> AuditAsync(string query)
    {
        using var answer = await SendAsync(Admin, HttpMethod.Get, $"/audit{query}");
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        return [.. (await TestDaemon.JsonAsync(answer)).EnumerateArray()];
    }
}
