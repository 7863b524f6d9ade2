using System.Net;
using System.Text.Json;

namespace Gorb.Tests.Api;

/// <summary>Members of a query are judged as those of a body are.</summary>
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
    [InlineData("PUT", "/config?prune=TRUE&keep_weights=False")]
    [InlineData("GET", "/metrics?backends=true")]
    [InlineData("GET", "/metrics")]
    public async Task Flag_TrueFalseOrAbsent_IsTaken(string method, string path) =>
        (await daemon.SendAsync(new HttpMethod(method), path, method == "GET" ? null : """{"services": {}}""")).StatusCode.Should().Be(HttpStatusCode.OK);
}
