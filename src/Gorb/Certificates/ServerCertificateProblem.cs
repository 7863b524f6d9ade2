using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Gorb.Certificates;

/// <summary>Says in words why the certificate of a server is rejected.</summary>
internal static class ServerCertificateProblem
{
    private const int MaxNames = 4;

    /// <param name="certificate">The certificate; null when none was shown.</param>
    /// <param name="chain">The chain that was built.</param>
    /// <param name="errors">What is wrong, as the runtime found it.</param>
    /// <param name="name">The name that the certificate must have.</param>
    public static string Explain(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, string name)
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
            ? $"certificate is for {string.Join(", ", Names(certificate))}, not for {name}"
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
            .Take(MaxNames)
            .ToList();
        return alternatives.Count > 0 ? alternatives : [certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)];
    }
}
