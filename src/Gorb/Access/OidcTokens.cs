using System.Security.Claims;
using Gorb.Certificates;
using Gorb.Model;
using Gorb.Platform;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Gorb.Access;

/// <summary>
/// Accepts the tokens (JWT) of an issuer by OpenID Connect. Its keys are fetched at the first such token, kept, and fetched again when a token has an unknown key, at most once in some
/// minutes.
/// </summary>
internal sealed class OidcTokens : IDisposable
{
    /// <summary>The actor of a client is this and the claim "sub" of its token.</summary>
    public const string ActorPrefix = "oidc/";

    /// <summary>How much the clocks of issuer and daemon may differ.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FetchLimit = TimeSpan.FromSeconds(5);

    /// <summary>How long a failed fetch of the keys answers for those that come after it, so that they do not wait in turn.</summary>
    private static readonly TimeSpan FailureMemory = TimeSpan.FromSeconds(5);

    private readonly OidcOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http = new() { Timeout = FetchLimit, MaxResponseContentBufferSize = 1024 * 1024 };
    private readonly ConfigurationManager<OpenIdConnectConfiguration> _keys;
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly TokenValidationParameters _rules;
    private Failure? _failure;

    public OidcTokens(OidcOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        var documents = new HttpDocumentRetriever(_http) { RequireHttps = options.Issuer.StartsWith(Uri.UriSchemeHttps + ":", StringComparison.OrdinalIgnoreCase) };
        _keys = new ConfigurationManager<OpenIdConnectConfiguration>(options.MetadataAddress, new OpenIdConnectConfigurationRetriever(), documents);
        _rules = new TokenValidationParameters
        {
            ConfigurationManager = _keys,
            ValidIssuer = options.Issuer,
            ValidAudience = options.Audience,
            ValidAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"], // a key that both sides know could be guessed, and "none" is no signature
            ClockSkew = ClockSkew,
            LifetimeValidator = HasStartedAndNotEnded,
            LogValidationExceptions = false,
        };
    }

    /// <summary>True for the form of a JWT: three parts with dots between them. Gorb's own tokens have no dot.</summary>
    public static bool IsToken(string secret) => secret.Count(static letter => letter == '.') == 2;

    /// <summary>Finds out whose token it is.</summary>
    /// <returns>The client; or null with what is wrong, as the end of a sentence about the token.</returns>
    /// <exception cref="RequestException">The issuer cannot be asked for its keys.</exception>
    public async Task<(Authority? Client, string Problem)> FindAsync(string token)
    {
        await FetchKeysAsync();
        var result = await _handler.ValidateTokenAsync(token, _rules);
        return result.IsValid ? Read((JsonWebToken)result.SecurityToken, result.ClaimsIdentity) : (null, Explain(result.Exception));
    }

    public void Dispose() => _http.Dispose();

    private async Task FetchKeysAsync()
    {
        if (_failure is { } failure && _time.GetElapsedTime(failure.At) < FailureMemory)
        {
            throw Unreachable(failure.Cause);
        }

        try
        {
            await _keys.GetConfigurationAsync(CancellationToken.None); // from memory, but for the first time
            _failure = null;
        }
        catch (InvalidOperationException error)
        {
            _failure = new Failure(error, _time.GetTimestamp());
            throw Unreachable(error);
        }
    }

    private RequestException Unreachable(Exception cause) =>
        RequestException.IssuerUnavailable(cause, $"the keys of {_options.Issuer} (--oidc) cannot be read from {_options.MetadataAddress}: {cause.GetBaseException().Message}");

    private (Authority?, string) Read(JsonWebToken token, ClaimsIdentity claims)
    {
        if (claims.FindFirst(JwtRegisteredClaimNames.Sub)?.Value is not { } name || !CertificateRole.IsName(name))
        {
            return (null, $"has no usable claim \"sub\": 1 to {CertificateRole.MaxNameLength} printable characters");
        }

        var roles = claims.FindAll(_options.RoleClaim).Select(static claim => RoleNames.Parse(claim.Value)).OfType<Role>().ToList();
        if (roles.Count == 0)
        {
            return (null, $"has no role in its claim \"{_options.RoleClaim}\": {string.Join(", ", RoleNames.OfTokens.Select(RoleNames.Of))}");
        }

        try
        {
            return (new Authority(ActorPrefix + name, roles.Max(), LimitClaims.Read(token.EncodedPayload)), "");
        }
        catch (FormatException error)
        {
            return (null, error.Message);
        }
    }

    private bool HasStartedAndNotEnded(DateTime? start, DateTime? end, SecurityToken token, TokenValidationParameters rules)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return end is not null && now < end + ClockSkew && (start is null || now >= start - ClockSkew);
    }

    private string Explain(Exception error) => error switch
    {
        SecurityTokenInvalidLifetimeException => "has expired, is not valid yet or has no end",
        SecurityTokenInvalidAudienceException => $"is not for the audience {_options.Audience}",
        SecurityTokenInvalidIssuerException => $"is not of the issuer {_options.Issuer}",
        SecurityTokenSignatureKeyNotFoundException or SecurityTokenInvalidSignatureException => $"has no valid signature of {_options.Issuer}",
        _ => $"is not a valid token of {_options.Issuer}",
    };

    private sealed record Failure(Exception Cause, long At);
}
