namespace Gorb.Platform;

/// <summary>The issuer whose tokens (JWT) are accepted beside Gorb's own.</summary>
/// <param name="Issuer">The issuer: the URL below which /.well-known/openid-configuration is, and the claim "iss" of its tokens.</param>
/// <param name="Audience">The claim "aud" of tokens for this daemon.</param>
/// <param name="RoleClaim">The claim that gives the role.</param>
internal sealed record OidcOptions(string Issuer, string Audience, string RoleClaim)
{
    /// <summary>The claim that gives the role, unless an option names another.</summary>
    public const string DefaultRoleClaim = "gorb_role";

    /// <summary>Where the issuer publishes its keys (OpenID Connect Discovery 1.0, section 4).</summary>
    public string MetadataAddress => $"{Issuer.TrimEnd('/')}/.well-known/openid-configuration";

    /// <summary>Returns what is wrong with an issuer; null for a usable one.</summary>
    public static string? Reject(string issuer) =>
        !Uri.TryCreate(issuer, UriKind.Absolute, out var url) || url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0 ? "is not a URL without user, query and fragment"
        : url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback) ? null
        : "must begin with https://: whoever changes its keys on the way could make tokens of any role";
}
