using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Gorb.Certificates;

namespace Gorb.Client;

/// <summary>Whom a client of https trusts, and what it shows.</summary>
internal sealed record ClientTls
{
    /// <summary>The authorities of the daemon's certificate; null for those of this host.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The client's own certificate; null for none.</summary>
    public CertificatePair? Certificate { get; init; }

    /// <summary>Decides about the daemon's certificate in place of any authority; null for the authorities.</summary>
    public Func<X509Certificate2, bool>? IsTrusted { get; init; }

    /// <summary>How the user names the authority of a certificate that is of none of <see cref="Authorities"/>.</summary>
    public string Remedy { get; init; } = "--ca FILE (GORB_CA) names it";

    /// <summary>The options of connections to a host.</summary>
    /// <param name="host">The name that the daemon's certificate must have.</param>
    /// <param name="reject">Gets the reason for which a certificate is rejected.</param>
    public SslClientAuthenticationOptions Options(string host, Action<string> reject)
    {
        var policy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
        if (Authorities is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(Authorities);
        }

        return new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = policy,
            ClientCertificateContext = Certificate is null ? null : SslStreamCertificateContext.Create(Certificate.Certificate, Certificate.Chain, offline: true),
            RemoteCertificateValidationCallback = (_, shown, chain, errors) => Validate(shown as X509Certificate2, chain, errors, host, reject),
        };
    }

    private bool Validate(X509Certificate2? shown, X509Chain? chain, SslPolicyErrors errors, string host, Action<string> reject)
    {
        if (IsTrusted is not null && shown is not null ? IsTrusted(shown) : errors == SslPolicyErrors.None)
        {
            return true;
        }

        reject(errors == SslPolicyErrors.RemoteCertificateChainErrors && IsUnknown(chain)
            ? $"certificate is of an authority that is not known here: {Remedy}"
            : ServerCertificateProblem.Explain(shown, chain, errors, host));
        return false;
    }

    private static bool IsUnknown(X509Chain? chain) =>
        chain?.ChainStatus is { Length: > 0 } statuses && Array.TrueForAll(statuses, static status => status.Status is X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain);
}
