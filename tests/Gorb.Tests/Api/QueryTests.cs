using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;

namespace Gorb.Tests.Api;

/// <summary>Query parameters are validated like members of a body.</summary>
public sealed class QueryTests(TestDaemon daemon) : IClassFixture<TestDaemon>
{
    [Theory]
    [InlineData("PUT", "/config?prune=maybe", "prune", "maybe")]
    [InlineData("PUT", "/config?keep_weights=x", "keep_weights", "x")]
    [InlineData("PUT", "/config?keep_weights=", "keep_weights", "")]
    [InlineData("PUT", "/config?prune=false&prune=true", "prune", "false,true")]
    [InlineData("POST", "/config/diff?prune=1", "prune", "1")]
    [InlineData("GET", "/metrics?backends=yes", "backends", "yes")]
    public async Task Flag_NeitherTrueNorFalse_IsNamed(string method, string path, string field, string value)
    {
        var answer = await daemon.SendAsync(new HttpMethod(method), path, method == "GET" ? null : """{"services": {}}""");

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        document.RootElement.GetProperty("error").GetString().Should().Be($"{field}: must be true or false");
        var detail = document.RootElement.GetProperty("details").EnumerateArray().Single();
        detail.GetProperty("field").GetString().Should().Be(field);
        detail.GetProperty("value").GetString().Should().Be(value);
        detail.GetProperty("problem").GetString().Should().Be("must be true or false");
    }

    [Theory]
    [InlineData("PUT", "/config?wait=some", "wait", "some", "must be all, or absent")]
    [InlineData("DELETE", "/service/nothing?wait=", "wait", "", "must be all, or absent")]
    [InlineData("PATCH", "/service/nothing?timeout=5s", "timeout", "5s", "is for wait=all; add that, or leave timeout out")]
    [InlineData("PUT", "/service/nothing/b1?wait=all&timeout=2h", "timeout", "2h", "must be a time such as 10s, 1m at most")]
    public async Task Wait_ThatIsWrong_IsNamed(string method, string path, string field, string value, string problem)
    {
        var answer = await daemon.SendAsync(new HttpMethod(method), path, method == "DELETE" ? null : "{}");

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        var detail = (await TestDaemon.JsonAsync(answer)).GetProperty("details").EnumerateArray().Single();
        (detail.GetProperty("field").GetString(), detail.GetProperty("value").GetString(), detail.GetProperty("problem").GetString()).Should().Be((field, value, problem));
    }

    /// <summary>Without a cluster, the director that is asked is the only one.</summary>
    [Fact]
    public async Task Wait_WithoutACluster_IsWhatHappensAnyway()
    {
        await daemon.PutAsync("/service/waited?wait=all&timeout=5s", """{"host": "10.9.0.102", "port": 80}""");
        await daemon.DeleteAsync("/service/waited?wait=all");
    }

    /// <summary>Every endpoint rejects a misspelt parameter and names the known ones, as the OpenAPI document lists them.</summary>
    [Fact]
    public async Task UnknownMember_OfEveryEndpoint_IsRefusedWithThoseThatAreKnown()
    {
        var document = await OpenApiDocument.ReadAsync(daemon);
        var endpoints = daemon.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        endpoints.Should().HaveCountGreaterThan(15);
        foreach (var endpoint in endpoints)
        {
            var path = endpoint.RoutePattern.RawText!.TrimEnd('/') is { Length: > 0 } pattern ? pattern : "/";
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                var answer = await daemon.SendAsync(new HttpMethod(method), $"{path.Replace('{', 'x').Replace('}', 'x')}?drian=30s", null);

                answer.StatusCode.Should().Be(HttpStatusCode.BadRequest, $"{method} {path}");
                var detail = (await TestDaemon.JsonAsync(answer)).GetProperty("details").EnumerateArray().Single();
                detail.GetProperty("field").GetString().Should().Be("drian");
                var known = document.Operations.Where(operation => operation.Path == path && string.Equals(operation.Method, method, StringComparison.OrdinalIgnoreCase))
                    .SelectMany(operation => operation.Value.TryGetProperty("parameters", out var all) ? all.EnumerateArray() : default)
                    .Where(parameter => parameter.GetProperty("in").GetString() == "query").Select(parameter => parameter.GetProperty("name").GetString()).ToList();
                detail.GetProperty("problem").GetString().Should().EndWith(known.Count == 0 ? "; none is" : $"; known are {string.Join(", ", known)}", $"{method} {path}");
            }
        }
    }

    /// <summary>A misspelt drain must not remove the service at once.</summary>
    [Fact]
    public async Task MisspeltDrain_RemovesNothing()
    {
        await daemon.PutAsync("/service/spelt", """{"host": "10.9.0.101", "port": 80}""");

        var answer = await daemon.SendAsync(HttpMethod.Delete, "/service/spelt?drian=30s", null);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await daemon.GetAsync("/service")).EnumerateArray().Select(name => name.GetString()).Should().Contain("spelt");
    }

    [Theory]
    [InlineData("PUT", "/config?prune=TRUE&keep_weights=False")]
    [InlineData("GET", "/metrics?backends=true")]
    [InlineData("GET", "/metrics")]
    public async Task Flag_TrueFalseOrAbsent_IsTaken(string method, string path) =>
        (await daemon.SendAsync(new HttpMethod(method), path, method == "GET" ? null : """{"services": {}}""")).StatusCode.Should().Be(HttpStatusCode.OK);
}
