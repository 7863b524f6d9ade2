using System.Net;
using System.Text.Json;
using Gorb.Model;

namespace Gorb.Tests.Access;

/// <summary>What a client may do by the role of its token.</summary>
public sealed class RoleTests : TokenTest
{
    private const string ExecPulse = """{"host": "10.9.0.21", "port": 80, "pulse": {"type": "exec", "args": {"program": "/bin/true"}}}""";

    public static TheoryData<string, string, string?, string> Requests => new()
    {
        { "GET", "/service", null, "read" },
        { "GET", "/service/web/b1", null, "read" },
        { "GET", "/config", null, "read" },
        { "GET", "/ipvs", null, "read" },
        { "GET", "/metrics", null, "read" },
        { "GET", "/sources", null, "read" },
        { "GET", "/readyz", null, "read" },
        { "GET", "/events", null, "read" },
        { "POST", "/config/diff", "services: {}", "read" },
        { "PATCH", "/service/web/b1", """{"weight": 0, "drain": false, "force": "up"}""", "operate" },
        { "PATCH", "/service/web/b1", """{"weight": 1, "port": 80}""", "write" },
        { "PUT", "/service/web", Service, "write" },
        { "PATCH", "/service/web", """{"method": "rr"}""", "write" },
        { "PUT", "/service/web/b1", Backend, "write" },
        { "PUT", "/config?prune=false", "services: {}", "write" },
        { "DELETE", "/service/web/b1", null, "write" },
        { "DELETE", "/service/web", null, "write" },
        { "PUT", "/service/web/b1", ExecPulse, "admin" },
        { "PUT", "/config?prune=false", """{"services": {"new": {"host": "10.9.0.101", "port": 80, "pulse": [{"type": "none"}, {"type": "EXEC", "args": {"program": "/bin/true"}}]}}}""", "admin" },
        { "GET", "/tokens", null, "admin" },
        { "POST", "/tokens", """{"name": "another", "role": "read"}""", "admin" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Request_NeedsItsRole(string method, string path, string? body, string needed)
    {
        foreach (var role in RoleNames.OfTokens.Where(role => role < RoleNames.Parse(needed)))
        {
            var name = RoleNames.Of(role);
            var low = await CreateAsync(name, name);
            (await RefusalAsync(HttpStatusCode.Forbidden, low, new HttpMethod(method), path, body)).Should().MatchRegex($"needs the role (operate|write|admin), and {name} has the role {name}$");
        }

        var right = await CreateAsync("right", needed);
        await DoneHeadersAsync(right, method, path, body);
    }

    [Fact]
    public async Task WithoutToken_TheRoleIsNamed_AndHowToGetOne()
    {
        using var answer = await SendAsync(null, HttpMethod.Put, "/service/web", Service);

        answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        answer.Headers.WwwAuthenticate.ToString().Should().Be("Bearer");
        (await answer.Content.ReadAsStringAsync(Stop)).Should().Contain("needs the role write, and has no token").And.Contain("gorb token create NAME --role write");
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/openapi.json")]
    [InlineData("/docs/index.html")]
    public async Task WhatRevealsNothing_IsOpen(string path) => (await StatusAsync(null, HttpMethod.Get, path)).Should().Be(HttpStatusCode.OK);

    /// <summary>A refusal is the same for an object that exists and for one that does not.</summary>
    [Theory]
    [InlineData("GET", null)]
    [InlineData("PATCH", """{"port": 81}""")]
    [InlineData("DELETE", null)]
    public async Task Refusal_DoesNotTellWhetherAnObjectExists(string method, string? body)
    {
        var low = method == "GET" ? null : await CreateAsync("low", method == "PATCH" ? "operate" : "read");
        var status = low is null ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden;

        var present = await RefusalAsync(status, low, new HttpMethod(method), "/service/web/b1", body);
        (await RefusalAsync(status, low, new HttpMethod(method), "/service/web/none", body)).Should().Be(present);
        (await RefusalAsync(status, low, new HttpMethod(method), "/service/none/b1", body)).Should().Be(present);
    }

    /// <summary>A check of an admin stays when others change the rest.</summary>
    [Fact]
    public async Task CheckOfAnAdmin_StaysUnderAnother()
    {
        await DoneAsync(Admin, HttpMethod.Put, "/service/web/b1", ExecPulse);
        var writer = await CreateAsync("ci", "write");

        await DoneAsync(writer, HttpMethod.Patch, "/service/web/b1", """{"weight": 7}""");
        await DoneAsync(writer, HttpMethod.Put, "/service/web/b2", """{"host": "10.9.0.22", "port": 80}""");

        (await RefusalAsync(HttpStatusCode.Forbidden, writer, HttpMethod.Patch, "/service/web/b1", """{"pulse": {"type": "exec", "args": {"program": "/bin/false"}}}"""))
            .Should().Be("a check of type exec needs the role admin, and ci has the role write");
    }

    [Fact]
    public async Task Change_HasTheNameOfTheTokenAsActor()
    {
        var writer = await CreateAsync("ci", "write");
        await using var events = _daemon.Service<EventHub>().ListenAsync(Stop).GetAsyncEnumerator(Stop);
        await events.MoveNextAsync(); // hello

        await DoneAsync(writer, HttpMethod.Put, "/service/mail", """{"host": "10.9.0.101", "port": 25}""");

        await events.MoveNextAsync();
        JsonSerializer.Serialize(events.Current).Should().Contain("\"ci\"");
    }

    private async Task DoneHeadersAsync(string token, string method, string path, string? body)
    {
        using var answer = await SendAsync(token, new HttpMethod(method), path, body);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
    }
}
