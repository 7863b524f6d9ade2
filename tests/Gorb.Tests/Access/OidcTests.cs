using System.Net;
using System.Text.Json;
using Gorb.Model;
using Gorb.Platform;
using Gorb.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Access;

/// <summary>Tokens of an issuer by OpenID Connect count as its claims say; what others made does not.</summary>
public sealed class OidcTests : TokenTest
{
    private const string Audience = "gorb";

    private readonly TestIssuer _issuer = new();

    private protected override Api.TestDaemon NewDaemon(FakeKernel kernel)
    {
        WriteSecret(Admin);
        return new Api.TestDaemon
        {
            Kernel = kernel,
            TokenFile = SecretPath,
            IsTokenRequired = true,
            Oidc = new OidcOptions(_issuer.Url, Audience, OidcOptions.DefaultRoleClaim),
            Configure = services => services.AddSingleton<TimeProvider>(_time),
        };
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _issuer.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("read", 200, 403, 403)]
    [InlineData("operate", 200, 200, 403)]
    [InlineData("admin", 200, 200, 200)]
    public async Task Claim_GivesTheRole(string role, int read, int operate, int write)
    {
        var token = Token(role);

        ((int)await StatusAsync(token, HttpMethod.Get, "/service")).Should().Be(read);
        ((int)await StatusAsync(token, HttpMethod.Patch, "/service/web/b1", """{"weight": 7}""")).Should().Be(operate);
        ((int)await StatusAsync(token, HttpMethod.Put, "/service/other", """{"host": "10.9.0.101", "port": 80}""")).Should().Be(write);
        _issuer.Fetches.Should().Be(1, "the keys are kept");
    }

    [Fact]
    public async Task OfSeveralRoles_TheHighestCounts() => (await StatusAsync(Token((List<string>)["viewer", "read", "write"]), HttpMethod.Put, "/service/other", """{"host": "10.9.0.101", "port": 80}""")).Should().Be(HttpStatusCode.OK);

    [Fact]
    public async Task Claims_LimitTheClient()
    {
        var token = Limited(("gorb_service", (List<string>)["web*", "mail"]), ("gorb_vip", "10.9.0.0/24"), ("gorb_port", 80));

        await DoneAsync(token, HttpMethod.Put, "/service/web2", """{"host": "10.9.0.102", "port": 80}""");
        (await StatusAsync(token, HttpMethod.Put, "/service/other", """{"host": "10.9.0.103", "port": 80}""")).Should().Be(HttpStatusCode.Forbidden);
        (await StatusAsync(token, HttpMethod.Put, "/service/mail", """{"host": "10.8.0.103", "port": 80}""")).Should().Be(HttpStatusCode.Forbidden);
        (await StatusAsync(token, HttpMethod.Put, "/service/mail", """{"host": "10.9.0.103", "port": 81}""")).Should().Be(HttpStatusCode.Forbidden);
        (await StatusAsync(token, HttpMethod.Get, "/ipvs")).Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Claim_LimitsToASource()
    {
        var token = Limited(("gorb_source", "docker/web1"));

        await DoneAsync(token, HttpMethod.Put, "/config?source=docker/web1", """{"services": {}}""");
        (await StatusAsync(token, HttpMethod.Put, "/service/web2", """{"host": "10.9.0.102", "port": 80}""")).Should().Be(HttpStatusCode.Forbidden);
    }

    /// <summary>An issuer that lists no service for a client does not mean all services.</summary>
    [Theory]
    [InlineData("gorb_service", "[]", "limits nothing by its claim \"gorb_service\"")]
    [InlineData("gorb_service", "{\"web\": true}", "limits nothing by its claim \"gorb_service\"")]
    [InlineData("gorb_service", "[[\"web\"]]", "limits nothing by its claim \"gorb_service\"")]
    [InlineData("gorb_service", "\"\"", "has a wrong claim \"gorb_service\": the limit service= is no pattern of names")]
    [InlineData("gorb_vip", "\"any\"", "has a wrong claim \"gorb_vip\": the limit vip=any is no address and no network")]
    [InlineData("gorb_source", "[\"a\", \"b\"]", "has a wrong claim \"gorb_source\": the limit source=b is the second source")]
    public async Task Claim_ThatIsNoLimit_IsRefused(string claim, string value, string problem) =>
        (await RefusalAsync(Limited((claim, JsonDocument.Parse(value).RootElement)))).Should().Contain($"and its token {problem}");

    [Fact]
    public async Task Change_HasTheSubjectAsActor()
    {
        await using var events = _daemon.Service<EventHub>().ListenAsync(Stop).GetAsyncEnumerator(Stop);
        await events.MoveNextAsync(); // hello

        await DoneAsync(Token("write"), HttpMethod.Put, "/service/other", """{"host": "10.9.0.101", "port": 80}""");

        await events.MoveNextAsync();
        events.Current.Actor.Should().Be("oidc/alice");
    }

    [Theory]
    [InlineData("audience", "is not for the audience gorb")]
    [InlineData("issuer", "is not of the issuer ")]
    [InlineData("key", "has no valid signature of ")]
    [InlineData("public key as secret", "has no valid signature of ")]
    [InlineData("no signature", "has no valid signature of ")]
    [InlineData("no token", "is not a valid token of ")]
    [InlineData("no role", "has no role in its claim \"gorb_role\": read, operate, write, admin")]
    [InlineData("no subject", "has no usable claim \"sub\"")]
    [InlineData("subject with a line break", "has no usable claim \"sub\"")]
    public async Task TokenThatDoesNotSuffice_IsRefused(string lacking, string problem)
    {
        var soon = _time.GetUtcNow().AddMinutes(5);
        using var foreign = new TestIssuer();
        var token = lacking switch
        {
            "audience" => Token("admin", audience: "other"),
            "issuer" => _issuer.Sign(Claims("admin"), soon, "https://other.example"),
            "key" => foreign.Sign(Claims("admin"), soon, _issuer.Url),
            "public key as secret" => _issuer.SignWithPublicKey(Claims("admin"), soon),
            "no signature" => Unsigned(Token("admin")),
            "no role" => Token("root"),
            "no subject" => _issuer.Sign(new() { ["aud"] = Audience, ["gorb_role"] = "admin" }, soon),
            "subject with a line break" => _issuer.Sign(new() { ["aud"] = Audience, ["gorb_role"] = "admin", ["sub"] = "a\nb" }, soon),
            _ => "a.b.c",
        };

        (await RefusalAsync(token)).Should().Contain($"and its token {problem}");
    }

    [Fact]
    public async Task TokenThatExpires_IsRefused_HalfAMinuteAfterItsEnd()
    {
        var token = Token("read");

        _time.Advance(TimeSpan.FromMinutes(5));
        (await StatusAsync(token, HttpMethod.Get, "/service")).Should().Be(HttpStatusCode.OK, "the issuer's clock may differ");
        _time.Advance(TimeSpan.FromSeconds(31));

        (await RefusalAsync(token)).Should().Contain("its token has expired");
    }

    [Fact]
    public async Task IssuerThatCannotBeAsked_IsNamed_AndGorbsOwnTokensCount()
    {
        _issuer.IsBroken = true;

        (await RefusalAsync(HttpStatusCode.ServiceUnavailable, Token("read"), HttpMethod.Get, "/service")).Should().StartWith($"the keys of {_issuer.Url} (--oidc) cannot be read");
        (await StatusAsync(Admin, HttpMethod.Get, "/service")).Should().Be(HttpStatusCode.OK);
        _issuer.IsBroken = false;
        (await StatusAsync(Token("read"), HttpMethod.Get, "/service")).Should().Be(HttpStatusCode.ServiceUnavailable, "the failure is remembered for five seconds");
        _time.Advance(TimeSpan.FromSeconds(5));
        (await StatusAsync(Token("read"), HttpMethod.Get, "/service")).Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("https://login.example/realms/ops", null)]
    [InlineData("http://127.0.0.1:8080", null)]
    [InlineData("http://login.example", "must begin with https://: whoever changes its keys on the way could make tokens of any role")]
    [InlineData("https://user@login.example", "is not a URL without user, query and fragment")]
    [InlineData("login.example", "is not a URL without user, query and fragment")]
    public void Issuer_MustBeProtected(string issuer, string? problem) => OidcOptions.Reject(issuer).Should().Be(problem);

    private string Token(object role, string audience = Audience) => _issuer.Sign(Claims(role, audience), _time.GetUtcNow().AddMinutes(5));

    private string Limited(params (string Claim, object Value)[] limits)
    {
        var claims = Claims("write");
        foreach (var (claim, value) in limits)
        {
            claims[claim] = value;
        }

        return _issuer.Sign(claims, _time.GetUtcNow().AddMinutes(5));
    }

    private static Dictionary<string, object> Claims(object role, string audience = Audience) => new() { ["sub"] = "alice", ["aud"] = audience, ["gorb_role"] = role };

    /// <summary>The claims of a token with the algorithm "none" and no signature (RFC 8725, section 2.1).</summary>
    private static string Unsigned(string token) => $"eyJhbGciOiJub25lIn0.{token.Split('.')[1]}.";

    private Task<string> RefusalAsync(string token) => RefusalAsync(HttpStatusCode.Unauthorized, token, HttpMethod.Get, "/service");
}
