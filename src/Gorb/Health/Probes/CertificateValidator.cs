using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
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
            Rejection = Explain(certificate as X509Certificate2, chain, errors);
        }

        return Rejection is null;
    }

    private string Explain(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return "no certificate was shown";
        }

        if (certificate.NotAfter < DateTime.Now)
        {
            return $"certificate expired {Date(certificate.NotAfter)}";
        }

        if (certificate.NotBefore > DateTime.Now)
        {
            return $"certificate is not valid before {Date(certificate.NotBefore)}";
        }

        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"certificate is for {string.Join(", ", Names(certificate))}, not for {Name}"
            : $"certificate is not trusted: {string.Join("; ", (chain?.ChainStatus ?? []).Select(status => Describe(status.Status)).Distinct())}";
    }

    private static string Describe(X509ChainStatusFlags status) => status switch
    {
        X509ChainStatusFlags.UntrustedRoot => "this host does not trust its root",
        X509ChainStatusFlags.PartialChain => "its chain leads to no root that this host has; the server must send the certificates between",
        X509ChainStatusFlags.NotTimeValid => "a certificate of its chain is expired or not valid yet",
        X509ChainStatusFlags.NotValidForUsage => "it is not meant for servers",
        X509ChainStatusFlags.NotSignatureValid => "a signature in its chain is wrong",
        _ => status.ToString(),
    };

    private static string Date(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static List<string> Names(X509Certificate2 certificate)
    {
        var alternatives = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString())))
            .Take(4)
            .ToList();
        return alternatives.Count > 0 ? alternatives : [certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)];
    }
}
