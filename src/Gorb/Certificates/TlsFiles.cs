using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Gorb.Ipvs.Files;
using Gorb.Model;

namespace Gorb.Certificates;

/// <summary>The PEM files of the https listeners.</summary>
/// <param name="Certificate">The certificate, followed by those between it and its root.</param>
/// <param name="Key">Its private key.</param>
/// <param name="ClientAuthorities">The authorities of client certificates; null when clients are not asked for one.</param>
internal sealed record TlsFiles(string Certificate, string Key, string? ClientAuthorities)
{
    /// <summary>Reads all files.</summary>
    /// <exception cref="SettingException">A file cannot be used; the message names it and the remedy.</exception>
    public TlsIdentity Read()
    {
        var authorities = ClientAuthorities is null ? null : Gorb.Certificates.ClientAuthorities.Read(ClientAuthorities);
        var pair = CertificatePair.Read(Certificate, Key);
        return new TlsIdentity(pair.Certificate, SslStreamCertificateContext.Create(pair.Certificate, pair.Chain, offline: true), authorities);
    }

    /// <summary>The versions of the files, to find out whether one has changed.</summary>
    /// <exception cref="IOException">The status of a file cannot be read.</exception>
    public TlsFileVersions Versions() => new(FileStatus.Of(Certificate), FileStatus.Of(Key), ClientAuthorities is null ? null : FileStatus.Of(ClientAuthorities));
}

/// <summary>The versions of the files of <see cref="TlsFiles"/>; null stands for a file that is missing.</summary>
internal sealed record TlsFileVersions(FileStatus? Certificate, FileStatus? Key, FileStatus? ClientAuthorities);

/// <summary>What the https listeners show and accept.</summary>
/// <param name="Certificate">The certificate.</param>
/// <param name="Context">The certificate with its chain, as it is sent.</param>
/// <param name="ClientAuthorities">The authorities of client certificates; null when clients are not asked for one.</param>
internal sealed record TlsIdentity(X509Certificate2 Certificate, SslStreamCertificateContext Context, ClientAuthorities? ClientAuthorities);
