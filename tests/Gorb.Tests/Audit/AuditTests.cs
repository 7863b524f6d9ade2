using System.Net;
using System.Text.Json;
using Gorb.Audit;
using Gorb.Cli;
using Gorb.Draining;
using Gorb.Sources.Files;
using Gorb.Tests.Access;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Tests.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Audit;

/// <summary>Each change has a name: in the audit file before the answer, in the log, and in GET /audit.</summary>
public sealed class AuditTests : TokenTest
{
    private const string RequestIdHeader = "X-Request-Id";

    private readonly TemporaryFile _audit = new();
    private readonly TemporaryFile _config = new();
    private readonly LogLines<AuditTrail> _log = new();

    private protected override TestDaemon NewDaemon(FakeKernel kernel)
    {
        WriteSecret(Admin);
        Directory.CreateDirectory(Path.GetDirectoryName(_audit.Path)!);
        _config.Write("services: {}"u8.ToArray());
        return new TestDaemon
        {
            Kernel = kernel,
            State = _file.Path,
            TokenFile = SecretPath,
            IsTokenRequired = true,
            Audit = _audit.Path,
            Config = _config.Path,
            Configure = services => services.AddSingleton<TimeProvider>(_time).AddSingleton<ILoggerProvider>(_log),
        };
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _audit.Dispose();
        _config.Dispose();
        GC.SuppressFinalize(this);
    }

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
    public async Task MovedFile_IsOpenedAnewAtSighup_AndADeletedOneAtOnce()
    {
        File.Move(_audit.Path, _audit.Path + ".1");
        await DoneAsync(Admin, HttpMethod.Put, "/service/web/b2", """{"host": "10.9.0.22", "port": 80}""");
        File.ReadLines(_audit.Path + ".1").Last().Should().Contain("b2");

        _daemon.Service<AuditTrail>().Reopen();
        await DoneAsync(Admin, HttpMethod.Put, "/service/web/b3", """{"host": "10.9.0.23", "port": 80}""");
        Lines().Should().ContainSingle().Which.Should().Contain("b3");

        File.Delete(_audit.Path);
        await DoneAsync(Admin, HttpMethod.Put, "/service/web/b4", """{"host": "10.9.0.24", "port": 80}""");
        Lines().Should().ContainSingle().Which.Should().Contain("b4");
    }

    [Fact]
    public async Task FileThatCannotBeWritten_StopsChanges_UntilItCan()
    {
        File.Delete(_audit.Path);
        File.CreateSymbolicLink(_audit.Path, "/nonexistent/audit");

        (await RefusalAsync(HttpStatusCode.ServiceUnavailable, Admin, HttpMethod.Put, "/service/new", """{"host": "10.9.0.103", "port": 80}""")).Should().Contain($"{_audit.Path} cannot be used: it is a symbolic link");
        (await StatusAsync(Admin, HttpMethod.Get, "/service/new")).Should().Be(HttpStatusCode.NotFound, "nothing was changed");
        _daemon.ReadKernel().Should().ContainSingle();
        using (var ready = await SendAsync(Admin, HttpMethod.Get, "/readyz"))
        {
            ready.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            (await ready.Content.ReadAsStringAsync(Stop)).Should().Contain($"changes are refused, because they could not be recorded: the audit file {_audit.Path} cannot be used");
        }

        File.Delete(_audit.Path);
        (await StatusAsync(Admin, HttpMethod.Get, "/readyz")).Should().Be(HttpStatusCode.OK, "it is tried again, also without a change");
        await DoneAsync(Admin, HttpMethod.Put, "/service/new", """{"host": "10.9.0.103", "port": 80}""");
        Lines()[^1].Should().Contain("\"service\":\"new\"");
        Lines()[0].Should().Contain("\"status\":503", "the refusal was owed");
    }

    [Fact]
    public async Task CutLastLine_IsEnded()
    {
        await RestartAsync(() => File.AppendAllText(_audit.Path, "{\"id\":1,"));
        await DoneAsync(Admin, HttpMethod.Delete, "/service/web");

        Lines()[^2].Should().Be("{\"id\":1,");
        Last().GetProperty("method").GetString().Should().Be("DELETE");
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

    [Theory]
    [InlineData("link", "*is a symbolic link*--audit*")]
    [InlineData("folder", "*cannot be written*--audit*")]
    [InlineData("writable", "*others can write it (mode 666)*chmod 600*")]
    [InlineData("missing", "*cannot be written*folder writable*--audit*")]
    public async Task FileThatCannotBeUsed_StopsTheStart_WithTheRemedy(string what, string remedy)
    {
        using var place = new TemporaryFile();
        Directory.CreateDirectory(Path.GetDirectoryName(place.Path)!);
        var path = place.Path;
        switch (what)
        {
            case "link":
                File.CreateSymbolicLink(path, _audit.Path);
                break;
            case "folder":
                Directory.CreateDirectory(path);
                break;
            case "writable":
                File.WriteAllText(path, "");
                File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
                break;
            default:
                path = "/nonexistent/audit";
                break;
        }

        await using var daemon = new TestDaemon { Audit = path };

        var reasons = StartFailure.Explain((await daemon.Awaiting(static one => one.InitializeAsync().AsTask()).Should().ThrowAsync<Exception>()).Which);
        reasons.Should().ContainSingle().Which.Should().Match(remedy);
    }

    private string[] Lines() => File.ReadAllLines(_audit.Path);

    private JsonElement Last() => JsonDocument.Parse(Lines()[^1]).RootElement;

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
