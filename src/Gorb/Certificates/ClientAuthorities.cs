using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gorb.Model;

namespace Gorb.Certificates;

/// <summary>The authorities whose client certificates are accepted (<c>--tls-client-ca</c>). Nothing is fetched from the addresses in a certificate.</summary>
internal sealed class ClientAuthorities
{
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2"; // id-kp-clientAuth of RFC 5280

    private readonly X509Certificate2Collection _authorities;

    private ClientAuthorities(X509Certificate2Collection authorities) => _authorities = authorities;

    /// <exception cref="SettingException">The file cannot be used.</exception>
    public static ClientAuthorities Read(string path)
    {
        var authorities = PemFile.ReadCertificates(path);
        return authorities.Any(static one => one.SubjectName.RawData.AsSpan().SequenceEqual(one.IssuerName.RawData))
            ? new ClientAuthorities(authorities)
            : throw new SettingException($"{path} holds no root: append the certificate of the authority that issued itself, to which the others lead");
    }

    /// <summary>The policy by which chains are built at a time.</summary>
    public X509ChainPolicy Policy(DateTimeOffset now)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = now.LocalDateTime,
        };
        policy.CustomTrustStore.AddRange(_authorities);
        policy.ExtraStore.AddRange(_authorities); // those that are no roots
        policy.ApplicationPolicy.Add(new Oid(ClientUsage));
        return policy;
    }

    /// <summary>Verifies a client certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="sent">What the client sent with it.</param>
    /// <param name="now">The time.</param>
    /// <returns>Why it is refused; null when it is accepted.</returns>
    public string? Reject(X509Certificate2 certificate, X509Certificate2Collection sent, DateTimeOffset now)
    {
        if (certificate.NotAfter < now.LocalDateTime)
        {
            return $"it expired {Date(certificate.NotAfter)}";
        }

        if (certificate.NotBefore > now.LocalDateTime)
        {
            return $"it is not valid before {Date(certificate.NotBefore)}";
        }

        if (!certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(static usage => usage.EnhancedKeyUsages.Cast<Oid>().Any(static one => one.Value == ClientUsage)))
        {
            return "it is not meant for clients (it lacks the extended key usage clientAuth)";
        }

        using var chain = new X509Chain();
        chain.ChainPolicy = Policy(now);
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        return chain.Build(certificate) ? null : Describe(chain.ChainStatus);
    }

    private static string Describe(X509ChainStatus[] statuses)
    {
        var flags = statuses.Aggregate(X509ChainStatusFlags.NoError, static (all, status) => all | status.Status);
        return (flags & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0
            ? "it is not of an authority of --tls-client-ca"
            : $"its chain is not valid ({flags})";
    }

    private static string Date(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
