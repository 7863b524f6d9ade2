using System.Net;

namespace Gorb.Tests.Access;

/// <summary>A token for some services sees and changes only those, by whatever request.</summary>
public sealed class ScopeTests : TokenTest
{
    private const string Other = """{"host": "10.9.0.101", "port": 25}""";
    private const string Refusal = "the request concerns a service outside the scope of web-ci, which is for web* www";

    private string _token = "";

    private protected override async Task PrepareAsync()
    {
        await base.PrepareAsync();
        await DoneAsync(Admin, HttpMethod.Put, "/service/mail", Other);
        _token = await CreateAsync("web-ci", "write", ", \"services\": [\"web*\", \"www\"]");
    }

    [Fact]
    public async Task OwnServices_CanBeUsed()
    {
        await DoneAsync(_token, HttpMethod.Put, "/service/web-2", """{"host": "10.9.0.102", "port": 80}""");
        await DoneAsync(_token, HttpMethod.Put, "/service/web-2/b1", Backend);
        await DoneAsync(_token, HttpMethod.Put, "/service/www?replaces=web-2", """{"host": "10.9.0.102", "port": 80}""");
        await DoneAsync(_token, HttpMethod.Get, "/service/www/b1");
        await DoneAsync(_token, HttpMethod.Delete, "/service/www");
    }

    [Theory]
    [InlineData("GET", "/service/mail", null)]
    [InlineData("GET", "/service/none", null)]
    [InlineData("PUT", "/service/none", Other)]
    [InlineData("PUT", "/service/mail", Other)]
    [InlineData("DELETE", "/service/mail", null)]
    [InlineData("PUT", "/service/mail/b1", Backend)]
    [InlineData("GET", "/service/mail/b1/recipe", null)]
    [InlineData("PUT", "/service/web-2?replaces=mail", Other)]
    [InlineData("PUT", "/service/web-2?replaces=none", Other)]
    [InlineData("PUT", "/config?prune=false", """{"services": {"mail": {"host": "10.9.0.101", "port": 25}}}""")]
    [InlineData("PUT", "/config?source=mine", """{"services": {"mail": {"backends": {"b1": {"host": "10.9.0.21", "port": 25}}}}}""")]
    [InlineData("PUT", "/config?source=mine", """{"services": {"none": {"backends": {"b1": {"host": "10.9.0.21", "port": 25}}}}}""")]
    [InlineData("POST", "/config/diff", """{"services": {"mail": {}}}""")]
    public async Task OtherServices_AreRefused_WhetherTheyExistOrNot(string method, string path, string? body)
    {
        var before = await ConfigAsync(Admin);

        (await RefusalAsync(HttpStatusCode.Forbidden, _token, new HttpMethod(method), path, body)).Should().Be(Refusal);

        (await ConfigAsync(Admin)).Should().Be(before);
    }

    /// <summary>A document without a service of others would remove it.</summary>
    [Theory]
    [InlineData("PUT", "/config")]
    [InlineData("POST", "/config/diff")]
    public async Task Pruning_StopsAtTheScope(string method, string path)
    {
        (await RefusalAsync(HttpStatusCode.Forbidden, _token, new HttpMethod(method), path, """{"services": {"web": {"host": "10.9.0.100", "port": 80}}}""")).Should().Be(Refusal);

        (await StatusAsync(Admin, HttpMethod.Get, "/service/mail")).Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task OwnSource_CanBeDeclared_AndPruned()
    {
        await DoneAsync(_token, HttpMethod.Put, "/config?source=mine", """{"services": {"www": {"host": "10.9.0.103", "port": 80}}}""");
        await DoneAsync(_token, HttpMethod.Put, "/config?source=mine", "services: {}");

        (await StatusAsync(Admin, HttpMethod.Get, "/service/www")).Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Lists_ShowOwnServicesOnly()
    {
        using var list = await SendAsync(_token, HttpMethod.Get, "/service");
        (await list.Content.ReadAsStringAsync(Stop)).Should().Contain("web").And.NotContain("mail");

        (await ConfigAsync(_token)).Should().Contain("web").And.NotContain("mail");
        (await ConfigAsync(_token, "?source=api")).Should().Contain("web").And.NotContain("mail");
    }

    [Theory]
    [InlineData("/ipvs")]
    [InlineData("/metrics")]
    [InlineData("/events")]
    [InlineData("/sources")]
    [InlineData("/readyz")]
    public async Task HostAsAWhole_IsRefused(string path) =>
        (await RefusalAsync(HttpStatusCode.Forbidden, _token, HttpMethod.Get, path)).Should().Be("the request concerns the host as a whole, and web-ci is for the services web* www only");

    /// <summary>An admin for some services only could otherwise create one for all.</summary>
    [Fact]
    public async Task AdminWithAScope_CannotCreateTokens()
    {
        var admin = await CreateAsync("web-admin", "admin", ", \"services\": [\"web*\"]");

        await RefusalAsync(HttpStatusCode.Forbidden, admin, HttpMethod.Post, "/tokens", """{"name": "x", "role": "admin"}""");
        await RefusalAsync(HttpStatusCode.Forbidden, admin, HttpMethod.Delete, "/tokens/web-ci");
    }

    private async Task<string> ConfigAsync(string token, string query = "")
    {
        using var answer = await SendAsync(token, HttpMethod.Get, $"/config{query}");
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        return await answer.Content.ReadAsStringAsync(Stop);
    }
}
