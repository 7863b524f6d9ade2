using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gorb.Api;
using Gorb.Api.Overview;
using Gorb.Audit;
using Gorb.Connections;
using Gorb.Doctor;
using Gorb.Documents;
using Gorb.Events;
using Gorb.History;
using Gorb.Why;

namespace Gorb.Tests.Api;

/// <summary>The OpenAPI document matches the daemon's requests and answers, so clients can be generated from it.</summary>
public sealed partial class OpenApiTruthTests : DaemonTest
{
    private const string Service = """
        {"host": "10.9.0.100", "port": 80, "flags": "sh-port", "persistence": {"timeout": "2m", "netmask": "24"}, "slow_start": "30s", "when_down": "remove", "min_healthy": "30%",
            "fallback": "sorry", "sorry": {"host": "10.9.0.9", "port": 80}, "start": "down", "exclusive": true, "grace": "1m", "pulse": {"type": "none"}}
        """;

    private const string Backend = """
        {"host": "10.9.0.21", "port": 80, "method": "tunnel", "tunnel": {"type": "gue", "port": 6080, "checksum": "full"},
            "upper_threshold": 20, "lower_threshold": 10, "force": "up", "drain": true, "drain_on_removal": "30s", "pulse": {"type": "none"}}
        """;

    /// <summary>Schemas of documents, which the daemon reads and writes without these types; the answers that contain them are compared instead.</summary>
    private static readonly string[] Documents = [nameof(ConfigBody), nameof(ConfigServiceBody), nameof(ConfigBackendBody), nameof(TokenBody)];

    private const string ConfigDocument = """{"services": {"web": {"host": "10.9.0.100", "port": 81, "backends": {"b1": {"host": "10.9.0.21", "port": 80}}}, "new": {"fwmark": 1}}}""";


    [Fact]
    public async Task Schemas_OfWhatTheDaemonWrites_HaveTheMembersOfTheWire()
    {
        var document = await OpenApiDocument.ReadAsync(_daemon);

        foreach (var schema in document.Schemas.Where(schema => !Documents.Contains(schema.Name)))
        {
            document.Members(schema.Name).Should().BeEquivalentTo(Members(schema.Name), schema.Name);
        }
    }

    private static IEnumerable<string> Members(string schema)
    {
        if (DescriptionFilter.Schemas.TryGetValue(schema, out var description))
        {
            return description.Members.Select(member => member.Name);
        }

        var type = typeof(GorbHost).Assembly.GetTypes().Single(type => type.Name == schema && type.Namespace?.StartsWith("Gorb.Etcd", StringComparison.Ordinal) != true); // etcd has an Event, too
        var wire = ApiJson.Default.GetTypeInfo(type) ?? ConfigJson.Default.GetTypeInfo(type) ?? EventJson.Default.GetTypeInfo(type) ?? DoctorJson.Default.GetTypeInfo(type) ?? WhyJson.Default.GetTypeInfo(type)
            ?? AuditJson.Default.GetTypeInfo(type) ?? ConnectionsJson.Default.GetTypeInfo(type) ?? HistoryJson.Default.GetTypeInfo(type)
            ?? OverviewJson.Default.GetTypeInfo(type);
        return wire!.Properties.Select(property => property.Name);
    }

    [Fact]
    public async Task Reads_OfEveryPath_SayWhatTheyAnswer()
    {
        var document = await OpenApiDocument.ReadAsync(_daemon);

        document.Operations.Where(operation => operation.Method == "get" && !operation.Value.GetProperty("responses").GetProperty("200").TryGetProperty("content", out _))
            .Select(operation => operation.Path).Should().Equal("/healthz");
    }

    /// <summary>Every body may be too large or too slow, and every write of the table may find the disk full.</summary>
    [Fact]
    public async Task Writes_SayHowTheyCanFail()
    {
        var document = await OpenApiDocument.ReadAsync(_daemon);

        foreach (var (path, method, operation) in document.Operations.Where(operation => operation.Method != "get"))
        {
            string[] body = operation.TryGetProperty("requestBody", out _) ? ["400", "408", "413"] : [];
            string[] table = path == "/config/diff" ? [] : path == "/vip/{address}/announce" ? ["503"] : path.StartsWith("/director/", StringComparison.Ordinal) ? ["503", "507"] : path.StartsWith("/tokens", StringComparison.Ordinal) ? ["503", "507"] : ["500", "503", "507"];
            operation.GetProperty("responses").EnumerateObject().Select(answer => answer.Name).Should().Contain([.. body, .. table], $"{method} {path}");
        }
    }

    [Fact]
    public async Task Queries_AreDescribed()
    {
        var document = await OpenApiDocument.ReadAsync(_daemon);

        var parameters = document.Operations.SelectMany(operation => operation.Value.TryGetProperty("parameters", out var all) ? all.EnumerateArray() : default);

        parameters.Where(parameter => parameter.GetProperty("in").GetString() == "query").Should().OnlyContain(parameter => HasDescription(parameter));
    }

    [Theory]
    [InlineData("/service/web", "/service/{service}")]
    [InlineData("/service/web/b1", "/service/{service}/{backend}")]
    [InlineData("/service", "/service")]
    [InlineData("/service?view=full", "/service")]
    [InlineData("/config", "/config")]
    [InlineData("/ipvs", "/ipvs")]
    [InlineData("/vip", "/vip")]
    [InlineData("/readyz", "/readyz")]
    [InlineData("/doctor", "/doctor")]
    [InlineData("/service/web/why?client=10.9.0.10", "/service/{service}/why")]
    [InlineData("/sysctl", "/sysctl")]
    public async Task Answers_HaveOnlyWhatTheDocumentSays(string path, string documented)
    {
        await FillAsync();
        var document = await OpenApiDocument.ReadAsync(_daemon);

        var answer = await _daemon.GetAsync(path);

        document.Unsaid(answer, document.Answer(documented, "get", "200")).Should().BeEmpty();
    }

    [Fact]
    public async Task Diff_HasOnlyWhatTheDocumentSays()
    {
        await FillAsync();
        var document = await OpenApiDocument.ReadAsync(_daemon);

        var answer = await TestDaemon.JsonAsync(await _daemon.SendAsync(HttpMethod.Post, "/config/diff", ConfigDocument));

        document.Unsaid(answer, document.Answer("/config/diff", "post", "200")).Should().BeEmpty();
    }

    [Theory]
    [InlineData("/config", "put")]
    [InlineData("/config/diff", "post")]
    public async Task Documents_AreDescribed_InBothForms(string path, string method)
    {
        var document = await OpenApiDocument.ReadAsync(_daemon);
        using var config = JsonDocument.Parse(ConfigDocument);

        foreach (var form in new[] { "application/json", "application/yaml" })
        {
            document.Unsaid(config.RootElement, document.Body(path, method, form)).Should().BeEmpty();
        }
    }

    [Fact]
    public async Task Events_HaveOnlyWhatTheDocumentSays()
    {
        var document = await OpenApiDocument.ReadAsync(_daemon);
        using var answer = await _daemon.Http.GetAsync(new Uri("/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);

        var hello = await SseParser.Create(stream).EnumerateAsync(TestContext.Current.CancellationToken).FirstAsync(TestContext.Current.CancellationToken);

        using var data = JsonDocument.Parse(hello.Data);
        document.Unsaid(data.RootElement, document.Answer("/events", "get", "200", "text/event-stream")).Should().BeEmpty();
    }

    /// <summary>An unknown member is rejected with the names of the known ones.</summary>
    [Theory]
    [InlineData("/service/other", nameof(ServiceBody))]
    [InlineData("/service/web/other", nameof(BackendBody))]
    public async Task Bodies_TakeTheMembersThatTheDocumentNames(string path, string schema)
    {
        await FillAsync();
        var document = await OpenApiDocument.ReadAsync(_daemon);

        var answer = await TestDaemon.JsonAsync(await _daemon.SendAsync(HttpMethod.Put, path, """{"what": 1}"""));

        var problem = answer.GetProperty("details").EnumerateArray().Single(detail => detail.GetProperty("field").GetString() == "what").GetProperty("problem").GetString()!;
        Known().Match(problem).Groups["names"].Value.Split(", ").Should().BeEquivalentTo(document.Members(schema));
    }

    /// <summary>Users send the examples of /docs unchanged.</summary>
    [Fact]
    public async Task Examples_AreAccepted()
    {
        var document = await OpenApiDocument.ReadAsync(_daemon);
        (string Method, string Path)[] order =
        [
            ("put", "/service/{service}"), ("patch", "/service/{service}"), ("put", "/service/{service}/{backend}"), ("patch", "/service/{service}/{backend}"),
            ("post", "/config/diff"), ("put", "/config"), ("post", "/tokens"),
        ];
        document.Operations.Where(operation => operation.Value.TryGetProperty("requestBody", out _)).Select(operation => (operation.Method, operation.Path))
            .Should().BeEquivalentTo(order);

        foreach (var (method, path) in order)
        {
            var operation = document.Operation(path, method);
            var filled = operation.TryGetProperty("parameters", out var parameters)
                ? parameters.EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() == "path")
                    .Aggregate(path, (text, parameter) => text.Replace($"{{{parameter.GetProperty("name").GetString()}}}", parameter.GetProperty("example").GetString(), StringComparison.Ordinal))
                : path;
            foreach (var content in operation.GetProperty("requestBody").GetProperty("content").EnumerateObject())
            {
                await _daemon.SendAsync(HttpMethod.Delete, "/tokens/ci", null); // the one of an example before
                var answer = await _daemon.SendAsync(new HttpMethod(method.ToUpperInvariant()), filled, content.Value.GetProperty("example").GetRawText());
                answer.IsSuccessStatusCode.Should().BeTrue($"{method} {path} {content.Name}: {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
            }
        }
    }

    [Fact]
    public async Task ErrorAnswers_AreDescribed()
    {
        var document = await OpenApiDocument.ReadAsync(_daemon);

        foreach (var (path, method, operation) in document.Operations)
        {
            foreach (var answer in operation.GetProperty("responses").EnumerateObject())
            {
                answer.Value.GetProperty("description").GetString().Should().Contain(" ", $"{method} {path} {answer.Name}");
            }
        }
    }

    private static bool HasDescription(JsonElement parameter) => parameter.TryGetProperty("description", out _);

    private async Task FillAsync()
    {
        await _daemon.PutAsync("/service/web", Service);
        await _daemon.PutAsync("/service/web/b1", Backend);
    }

    [GeneratedRegex("known are (?<names>.*)$")]
    private static partial Regex Known();
}
