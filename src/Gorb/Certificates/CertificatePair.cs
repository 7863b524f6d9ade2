using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gorb.Model;

namespace Gorb.Certificates;

/// <summary>A certificate with its private key.</summary>
/// <param name="Certificate">The certificate, with its private key.</param>
/// <param name="Chain">The certificates between it and its root, which are sent with it.</param>
internal sealed record CertificatePair(X509Certificate2 Certificate, X509Certificate2Collection Chain)
{
    /// <summary>Reads a pair.</summary>
    /// <param name="certificateFile">The file with the certificate, followed by those between it and its root.</param>
    /// <param name="keyFile">The file with the private key.</param>
    /// <exception cref="SettingException">A file cannot be used, or the key is not that of the certificate.</exception>
    public static CertificatePair Read(string certificateFile, string keyFile)
    {
        var certificates = PemFile.ReadCertificates(certificateFile);
        var key = PemFile.ReadKey(keyFile);
        using var bare = certificates[0];
        certificates.RemoveAt(0);
        try
        {
            return new(X509Certificate2.CreateFromPem(bare.ExportCertificatePem(), key), certificates);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new SettingException(
                $"{keyFile} holds no complete private key (RSA or ECDSA, PEM) that belongs to the first certificate of {certificateFile}; give the two files that were made together", error);
        }
    }
}
