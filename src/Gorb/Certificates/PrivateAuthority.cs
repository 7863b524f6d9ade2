using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gorb.Model;

namespace Gorb.Certificates;

/// <summary>An authority of one's own, which issues the certificates of daemons and of their clients (ECDSA P-256).</summary>
internal sealed class PrivateAuthority(X509Certificate2 certificate) : IDisposable
{
    private const int SerialBytes = 16;
    private const string ServerUsage = "1.3.6.1.5.5.7.3.1"; // id-kp-serverAuth of RFC 5280
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2"; // id-kp-clientAuth

    /// <summary>How long an authority is valid.</summary>
    private static readonly TimeSpan Validity = TimeSpan.FromDays(3650);

    /// <summary>How far the clocks of other hosts may be behind.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromHours(1);

    /// <summary>The certificate of the authority, with its key.</summary>
    public X509Certificate2 Certificate => certificate;

    /// <summary>Creates an authority.</summary>
    /// <param name="host">The host on which it is made, for its name.</param>
    /// <param name="now">The time.</param>
    public static PrivateAuthority Create(string host, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(Shorten($"Gorb CA {RandomNumberGenerator.GetHexString(6, lowercase: true)} of {host}")); // two authorities never have the same name
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return new PrivateAuthority(request.CreateSelfSigned(now - ClockSkew, now + Validity));
    }

    /// <summary>Issues the certificate of a daemon.</summary>
    /// <param name="names">The names and addresses by which clients reach it.</param>
    /// <param name="validity">How long it is valid; at most as long as the authority.</param>
    /// <param name="now">The time.</param>
    public X509Certificate2 IssueServer(IReadOnlyList<string> names, TimeSpan validity, DateTimeOffset now)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(Shorten(names[0]));
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        return Issue(subject.Build(), ServerUsage, alternatives.Build(), validity, now);
    }

    /// <summary>Issues the certificate of a client.</summary>
    /// <param name="name">Its name, which is the actor of its changes.</param>
    /// <param name="role">Its role.</param>
    /// <param name="limits">The limits of what it may see and change, each with name and value.</param>
    /// <param name="validity">How long it is valid; at most as long as the authority.</param>
    /// <param name="now">The time.</param>
    public X509Certificate2 IssueClient(string name, Role role, IEnumerable<(string Name, string Value)> limits, TimeSpan validity, DateTimeOffset now) =>
        Issue(CertificateRole.Subject(name, role, limits), ClientUsage, alternatives: null, validity, now);

    public void Dispose() => certificate.Dispose();

    private X509Certificate2 Issue(X500DistinguishedName subject, string usage, X509Extension? alternatives, TimeSpan validity, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (alternatives is not null)
        {
            request.CertificateExtensions.Add(alternatives);
        }

        var (begin, end) = (now - ClockSkew, now + validity);
        using var issued = request.Create(
            certificate, begin > certificate.NotBefore ? begin : certificate.NotBefore, end < certificate.NotAfter ? end : certificate.NotAfter, RandomNumberGenerator.GetBytes(SerialBytes));
        return issued.CopyWithPrivateKey(key);
    }

    private static string Shorten(string name) => name.Length <= CertificateRole.MaxNameLength ? name : name[..CertificateRole.MaxNameLength];
}
