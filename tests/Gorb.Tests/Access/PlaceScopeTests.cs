using System.Net;
using System.Text.Json;

namespace Gorb.Tests.Access;

/// <summary>A token for some addresses, ports or one source learns and changes nothing beyond them.</summary>
public sealed class PlaceScopeTests : TokenTest
{
    private const string Hidden = """{"host": "10.8.0.1", "port": 443}""";

    private string _place = "";
    private string _link = "";

    private protected override async Task PrepareAsync()
    {
        await base.PrepareAsync();
        await DoneAsync(Admin, HttpMethod.Put, "/service/secret", Hidden);
        await DoneAsync(Admin, HttpMethod.Put, "/service/secret/s1", """{"host": "10.8.0.21", "port": 443}""");
        await DoneAsync(Admin, HttpMethod.Put, "/service/near", """{"host": "10.9.0.100", "port": 9000}""");
        _place = await CreateAsync("placed", "write", ", \"vips\": [\"10.9.0.0/24\"], \"ports\": [\"80\", \"8000-8999\"]");
        _link = await CreateAsync("link", "write", ", \"source\": \"docker/one\", \"vips\": [\"10.9.0.0/24\"], \"ports\": [\"80\", \"8000-8999\"]");
    }

    [Fact]
    public async Task OwnPlaces_CanBeUsed_AlsoAfterARestart()
    {
        await RestartAsync();

        await DoneAsync(_place, HttpMethod.Put, "/service/new", """{"host": "10.9.0.102", "port": 8080}""");
        await DoneAsync(_place, HttpMethod.Put, "/service/new/b1", Backend);
        await DoneAsync(_place, HttpMethod.Get, "/service/web/b1");
        await DoneAsync(_place, HttpMethod.Delete, "/service/new");
    }

    [Theory]
    [InlineData("/service/new", """{"host": "10.8.0.9", "port": 80}""")]
    [InlineData("/service/new", """{"host": "10.9.0.100", "port": 81}""")]
    [InlineData("/service/new", """{"fwmark": 7}""")]
    [InlineData("/service/web", """{"host": "10.8.0.9", "port": 80}""")]
    [InlineData("/service/secret", """{"host": "10.9.0.109", "port": 80}""")]
    [InlineData("/service/new?replaces=secret", """{"host": "10.9.0.109", "port": 80}""")]
    [InlineData("/config?source=mine", """{"services": {"new": {"host": "10.8.0.9", "port": 80}}}""")]
    [InlineData("/config?source=mine", """{"services": {"new": {"host": "10.8.0.1", "port": 443}}}""")] // would wait
    [InlineData("/config?source=mine", """{"services": {"secret": {"backends": {"b1": {"host": "10.9.0.21", "port": 80}}}}}""")]
    [InlineData("/config?source=mine", """{"services": {"none": {"backends": {"b1": {"host": "10.9.0.21", "port": 80}}}}}""")] // would join wherever it comes
    [InlineData("/config", """{"services": {}}""")]
    public async Task OtherPlaces_AreRefused(string path, string body)
    {
        var before = await TextAsync(Admin, "/config");

        (await RefusalAsync(HttpStatusCode.Forbidden, _place, HttpMethod.Put, path, body)).Should()
            .Be("the request concerns a service outside the scope of placed, which is for addresses 10.9.0.0/24; ports 80 8000-8999");

        (await TextAsync(Admin, "/config")).Should().Be(before);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    [InlineData("GET", "/s1")]
    [InlineData("PUT", "/s1")]
    [InlineData("PATCH", "/s1")]
    [InlineData("DELETE", "/s1")]
    [InlineData("GET", "/s1/recipe")]
    [InlineData("GET", "/why?client=10.9.0.10")]
    public async Task HiddenService_IsAnsweredLikeOneThatIsNotThere(string method, string path)
    {
        var body = method is "PUT" or "PATCH" ? "{\"host\": \"10.9.0.21\", \"port\": 80}" : null;

        var hidden = await AnswerAsync(_place, method, $"/service/secret{path}", body);
        var missing = await AnswerAsync(_place, method, $"/service/none{path}", body);

        hidden.Status.Should().Be(HttpStatusCode.NotFound);
        hidden.Text.Replace("secret", "none", StringComparison.Ordinal).Should().Be(missing.Text);
    }

    [Fact]
    public async Task Lists_ShowNothingElse()
    {
        foreach (var path in (string[])["/service", "/service?view=full", "/config", "/config?source=api"])
        {
            (await TextAsync(_place, path)).Should().Contain("web").And.NotContain("secret").And.NotContain("near");
        }

        foreach (var path in (string[])["/ipvs", "/metrics", "/events", "/events?deltas=true", "/sources", "/audit", "/vip", "/doctor"])
        {
            (await StatusAsync(_place, HttpMethod.Get, path)).Should().Be(HttpStatusCode.Forbidden);
        }
    }

    /// <summary>A place that is taken cannot be taken again, but the answer does not say by whom.</summary>
    [Fact]
    public async Task Conflicts_NameNoServiceOutsideTheScope()
    {
        var named = await CreateAsync("named", "write", ", \"services\": [\"new*\"]");

        (await RefusalAsync(HttpStatusCode.Conflict, named, HttpMethod.Put, "/service/new", Hidden)).Should().Be("another service already stands at tcp/10.8.0.1:443");
        (await RefusalAsync(HttpStatusCode.Conflict, Admin, HttpMethod.Put, "/service/new", Hidden)).Should().Be("service 'secret' already stands at tcp/10.8.0.1:443");

        var told = await AnswerAsync(named, "PUT", "/config?source=mine", """{"services": {"new": {"host": "10.8.0.1", "port": 443}}}""");
        told.Status.Should().Be(HttpStatusCode.OK);
        told.Text.Should().Contain("\"service\": \"new\"").And.NotContain("secret").And.NotContain("api");
        (await TextAsync(named, "/config?source=mine")).Should().NotContain("secret");
    }

    /// <summary>What a document frees, another source's declaration takes; that is not the client's business.</summary>
    [Fact]
    public async Task Diff_ShowsNoServiceThatTakesTheFreedPlace()
    {
        var named = await CreateAsync("named", "write", ", \"services\": [\"new*\"]");
        await DoneAsync(named, HttpMethod.Put, "/config?source=mine", """{"services": {"new": {"host": "10.9.0.110", "port": 80}}}""");
        await DoneAsync(Admin, HttpMethod.Put, "/config?source=waiting", """{"services": {"hidden": {"host": "10.9.0.110", "port": 80}}}""");

        var diff = await AnswerAsync(named, "POST", "/config/diff?source=mine", """{"services": {}}""");

        diff.Text.Should().Contain("remove service new").And.NotContain("hidden");
    }

    [Fact]
    public async Task Source_IsTheOnlyThingThatItsTokenChanges()
    {
        const string Refusal = "link may declare the source docker/one (PUT /config?source=docker/one), and change nothing else";
        const string Document = """{"services": {"site": {"host": "10.9.0.120", "port": 80}}}""";

        (await RefusalAsync(HttpStatusCode.Forbidden, _link, HttpMethod.Put, "/service/site", Service)).Should().Be(Refusal);
        (await RefusalAsync(HttpStatusCode.Forbidden, _link, HttpMethod.Patch, "/service/web/b1", """{"weight": 1}""")).Should().Be(Refusal);
        (await RefusalAsync(HttpStatusCode.Forbidden, _link, HttpMethod.Put, "/config?source=docker/two", Document)).Should().Be(Refusal);

        await DoneAsync(_link, HttpMethod.Put, "/config?source=docker/one", Document);
        await DoneAsync(_link, HttpMethod.Put, "/config", Document);
        (await TextAsync(Admin, "/service/site")).Should().Contain("\"source\": \"docker/one\"");
    }

    /// <summary>The link leaves out the object that the refusal names, and declares the others.</summary>
    [Fact]
    public async Task Source_TakesNoOthersServiceAndPlace_AndIsToldWhich()
    {
        await DoneAsync(Admin, HttpMethod.Put, "/config?source=docker/two", """{"services": {"shared": {"host": "10.9.0.130", "port": 80}}}""");
        var join = """{"services": {"NAME": {"backends": {"b9": {"host": "10.9.0.29", "port": 80}}}}}""";

        (await FieldAsync(join.Replace("NAME", "web", StringComparison.Ordinal))).Should().Be("services.web", "it is the API's");
        (await FieldAsync("""{"services": {"site": {"host": "10.8.0.9", "port": 80}}}""")).Should().Be("services.site");
        await DoneAsync(_link, HttpMethod.Put, "/config", join.Replace("NAME", "shared", StringComparison.Ordinal));

        var joining = await CreateAsync("joining", "write", ", \"source\": \"docker/three\", \"services\": [\"web\"]");
        await DoneAsync(joining, HttpMethod.Put, "/config", join.Replace("NAME", "web", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AdminOfASource_MakesNoTokens()
    {
        var admin = await CreateAsync("source-admin", "admin", ", \"source\": \"docker/one\"");

        await RefusalAsync(HttpStatusCode.Forbidden, admin, HttpMethod.Post, "/tokens", """{"name": "x", "role": "admin"}""");
    }

    /// <summary>A declaration that waits would run its program later.</summary>
    [Fact]
    public async Task WaitingProgram_NeedsAnAdmin()
    {
        var writer = await CreateAsync("writer-of-all", "write");

        (await RefusalAsync(HttpStatusCode.Forbidden, writer, HttpMethod.Put, "/config?source=mine",
            """{"services": {"web": {"host": "10.9.0.100", "port": 80, "pulse": {"type": "exec", "args": {"program": "/bin/true"}}}}}""")).Should().Contain("a check of type exec needs the role admin");
    }

    [Theory]
    [InlineData("vips", """["10.9.0.0/33"]""")]
    [InlineData("vips", "[]")]
    [InlineData("ports", """["http"]""")]
    [InlineData("ports", """["90-80"]""")]
    [InlineData("ports", "[80]")]
    [InlineData("source", "\"a b\"")]
    public async Task Token_WithALimitThatIsNone_IsRefused(string member, string value)
    {
        var answer = await AnswerAsync(Admin, "POST", "/tokens", $$"""{"name": "x", "role": "read", "{{member}}": {{value}}}""");

        answer.Status.Should().Be(HttpStatusCode.BadRequest);
        JsonDocument.Parse(answer.Text).RootElement.GetProperty("details")[0].GetProperty("field").GetString().Should().Be(member);
    }

    [Fact]
    public async Task List_ShowsTheLimits()
    {
        var tokens = await AnswerAsync(Admin, "GET", "/tokens", null);

        var link = JsonDocument.Parse(tokens.Text).RootElement.EnumerateArray().Single(static token => token.GetProperty("name").GetString() == "link");
        link.GetProperty("source").GetString().Should().Be("docker/one");
        link.GetProperty("vips")[0].GetString().Should().Be("10.9.0.0/24");
        link.GetProperty("ports").EnumerateArray().Select(static port => port.GetString()).Should().Equal("80", "8000-8999");
    }

    private async Task<string?> FieldAsync(string document)
    {
        var answer = await AnswerAsync(_link, "PUT", "/config", document);
        answer.Status.Should().Be(HttpStatusCode.Forbidden, answer.Text);
        return JsonDocument.Parse(answer.Text).RootElement.GetProperty("details")[0].GetProperty("field").GetString();
    }

    private async Task<string> TextAsync(string token, string path)
    {
        var answer = await AnswerAsync(token, "GET", path, null);
        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        return answer.Text;
    }

    private async Task<(HttpStatusCode Status, string Text)> AnswerAsync(string token, string method, string path, string? body)
    {
        using var answer = await SendAsync(token, new HttpMethod(method), path, body);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }
}
