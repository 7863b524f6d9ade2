using Gorb.Platform;

namespace Gorb.Access;

/// <summary>Who may use the API without a token, beside users of the Unix socket.</summary>
internal sealed record AccessOptions
{
    /// <summary>The file with the first token; null for none.</summary>
    public string? TokenFile { get; init; }

    /// <summary>The first token itself, for a daemon without such a file; null for none.</summary>
    public string? FirstToken { get; init; }

    /// <summary>The issuer whose tokens are accepted, too; null for none.</summary>
    public OidcOptions? Oidc { get; init; }

    /// <summary>Whether clients of the https listeners can show a certificate.</summary>
    public bool HasClientAuthorities { get; init; }

    /// <summary>Whether requests from other hosts may do everything, as with GORB.</summary>
    public bool Insecure { get; init; }

    /// <summary>Whether requests over loopback need a token, too.</summary>
    public bool IsTokenRequired { get; init; }
}
