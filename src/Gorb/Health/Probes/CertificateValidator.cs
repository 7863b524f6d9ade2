using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Gorb.Certificates;
using Gorb.Model.Checks;

namespace Gorb.Health.Probes;

/// <summary>Validates the certificate of one connection and explains a rejection.</summary>
internal sealed class CertificateValidator(TlsTrust trust, string host)
{
    /// <summary>Why the certificate is rejected; null when it is accepted or not validated yet.</summary>
    public string? Rejection { get; private set; }

    public SslClientAuthenticationOptions Options(SslApplicationProtocol? protocol) => new()
    {
        TargetHost = Name,
        RemoteCertificateValidationCallback = Validate,
        CertificateChainPolicy = Offline(),
        ApplicationProtocols = protocol is { } wanted ? [wanted] : null,
    };

    /// <summary>The name to request (SNI) and to find in the certificate.</summary>
    private string Name => trust.ServerName ?? host;

    /// <summary>
    /// Fetches nothing from the addresses in a certificate, neither issuers nor revocation lists: a backend must not choose what this host connects to,
    /// and a verdict must not depend on a third party. The runtime builds the chain before it calls <see cref="Validate"/>, also for an insecure check.
    /// </summary>
    private static X509ChainPolicy Offline() => new() { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };

    private bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (!trust.Insecure && errors != SslPolicyErrors.None)
        {
            Rejection = ServerCertificateProblem.Explain(certificate as X509Certificate2, chain, errors, Name);
        }

        return Rejection is null;
    }
}
