using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gorb.Tests.Access;

/// <summary>An issuer of OpenID Connect: its two documents, and tokens signed with its keys.</summary>
internal sealed class TestIssuer : IDisposable
{
    private readonly WebApplication _app;
    private readonly List<ECDsa> _keys = [];
    private int _fetches;

    public TestIssuer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", context => context.Response.WriteAsync($$"""{"issuer": "{{Url}}", "jwks_uri": "{{Url}}/keys"}"""));
        _app.MapGet("/keys", context =>
        {
            Interlocked.Increment(ref _fetches);
            context.Response.StatusCode = IsBroken ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK;
            return context.Response.WriteAsync(new JsonObject { ["keys"] = new JsonArray([.. _keys.Select(PublicKey)]) }.ToJsonString());
        });
        AddKey();
        _app.Start();
    }

    public string Url => _app.Urls.Single();

    /// <summary>Whether it answers with an error instead of its keys.</summary>
    public bool IsBroken { get; set; }

    /// <summary>How often the keys were asked for.</summary>
    public int Fetches => _fetches;

    /// <summary>A new key, which signs from now on.</summary>
    public void AddKey() => _keys.Add(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Signs a token with the newest key.</summary>
    /// <param name="claims">Its claims, in addition to issuer and times.</param>
    /// <param name="end">Its end.</param>
    /// <param name="issuer">Its issuer; this one unless given.</param>
    public string Sign(Dictionary<string, object> claims, DateTimeOffset end, string? issuer = null) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
    {
        Issuer = issuer ?? Url,
        Expires = end.UtcDateTime,
        Claims = claims,
        SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(_keys[^1]) { KeyId = Id(_keys.Count - 1) }, SecurityAlgorithms.EcdsaSha256),
    });

    /// <summary>Signs a token with a secret that everyone knows: the issuer's public key.</summary>
    public string SignWithPublicKey(Dictionary<string, object> claims, DateTimeOffset end) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Url,
        Expires = end.UtcDateTime,
        Claims = claims,
        SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(_keys[^1].ExportSubjectPublicKeyInfo()) { KeyId = Id(_keys.Count - 1) }, SecurityAlgorithms.HmacSha256),
    });

    public void Dispose()
    {
        _app.StopAsync().GetAwaiter().GetResult();
        ((IDisposable)_app).Dispose();
        _keys.ForEach(static key => key.Dispose());
    }

    private static JsonNode PublicKey(ECDsa key, int position)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["kty"] = "EC",
            ["use"] = "sig",
            ["crv"] = "P-256",
            ["kid"] = Id(position),
            ["x"] = Base64UrlEncoder.Encode(point.X),
            ["y"] = Base64UrlEncoder.Encode(point.Y),
        };
    }

    private static string Id(int position) => $"key-{position}";
}
