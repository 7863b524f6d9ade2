using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gorb.Ipvs.Files;
using Gorb.Model;

namespace Gorb.Certificates;

/// <summary>Reads certificates and private keys from PEM files. Each error names the file and the remedy.</summary>
internal static class PemFile
{
    private const int MaxBytes = 1024 * 1024;
    private const string CertificateBegin = "-----BEGIN CERTIFICATE-----";
    private const string EncryptedBegin = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
    private const UnixFileMode Foreign = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Reads all certificates of a file, in their order.</summary>
    /// <exception cref="SettingException">The file cannot be read, or holds no certificate or half of one.</exception>
    public static X509Certificate2Collection ReadCertificates(string path)
    {
        var text = Read(path);
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException error)
        {
            throw new SettingException($"{path} holds a damaged certificate: {error.Message}", error);
        }

        if (certificates.Count == 0)
        {
            throw new SettingException($"{path} holds no complete certificate; it must be in PEM form ({CertificateBegin}), as \"gorb cert\" writes it");
        }

        return certificates.Count == text.AsSpan().Count(CertificateBegin)
            ? certificates
            : throw new SettingException($"{path} ends within a certificate; write it to another file first, and rename that");
    }

    /// <summary>Reads the text of a private key. A group may read it, such as ssl-cert; nobody else may.</summary>
    /// <exception cref="SettingException">The file cannot be read, is open to other users, or the key is encrypted.</exception>
    public static string ReadKey(string path)
    {
        var text = Read(path, Foreign);
        return text.Contains(EncryptedBegin, StringComparison.Ordinal) || text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal)
            ? throw new SettingException($"the private key in {path} is encrypted, and nobody is there to type its password; store it without: (umask 077; openssl pkey -in {path} -out {path}.plain)")
            : text;
    }

    private static string Read(string path, UnixFileMode forbidden = UnixFileMode.None)
    {
        try
        {
            if (FileStatus.Of(path) is not { IsRegularFile: true } status)
            {
                throw new SettingException($"{path} is not there, or is not a file; \"gorb cert\" makes certificates for those who have none");
            }

            if ((status.Permissions & forbidden) != 0)
            {
                throw new SettingException($"{path} holds a private key, and other users can read or change it (mode {Convert.ToString((int)status.Permissions, 8)}): chmod 600 {path}");
            }

            return status.Length <= MaxBytes ? File.ReadAllText(path, Encoding.Latin1) : throw new SettingException($"{path} has {status.Length} bytes; {MaxBytes} are allowed");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SettingException($"{path} cannot be read: {error.Message}", error);
        }
    }
}
