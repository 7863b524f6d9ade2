using System.Security.Cryptography.X509Certificates;
using Gorb.Model;

namespace Gorb.Certificates;

/// <summary>The folder in which <c>gorb cert</c> keeps an authority and what it issues: NAME.crt and NAME.key, in PEM form.</summary>
internal sealed class CertificateFolder(string path)
{
    /// <summary>The name of the authority's files.</summary>
    public const string Authority = "ca";

    /// <summary>The name of the files of the daemon's certificate.</summary>
    public const string Server = "server";

    private const string ClientPrefix = "client-";
    private const UnixFileMode KeyMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode CertificateMode = KeyMode | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The folder lets others read the certificates; keys have their own permissions.</summary>
    private const UnixFileMode FolderMode = CertificateMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public bool HasAuthority => File.Exists(Certificate(Authority)) || File.Exists(Key(Authority));

    /// <summary>The name of the files of a client's certificate.</summary>
    public static string Client(string name) => ClientPrefix + name;

    public string Certificate(string name) => Path.Combine(path, $"{name}.crt");

    public string Key(string name) => Path.Combine(path, $"{name}.key");

    /// <exception cref="SettingException">A file of the authority is missing or damaged, or is not an authority's.</exception>
    public PrivateAuthority ReadAuthority(DateTimeOffset now)
    {
        var certificate = CertificatePair.Read(Certificate(Authority), Key(Authority)).Certificate;
        if (certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is not { CertificateAuthority: true })
        {
            throw new SettingException($"{Certificate(Authority)} is not the certificate of an authority; --dir names another folder");
        }

        return certificate.NotAfter > now.LocalDateTime
            ? new PrivateAuthority(certificate)
            : throw new SettingException($"the authority {Certificate(Authority)} has expired, and what it issues is refused; --dir names a folder for a new one");
    }

    /// <summary>Refuses to replace files, unless told to.</summary>
    /// <exception cref="SettingException">A file is there already.</exception>
    public void CheckIsFree(string name, bool force)
    {
        if (!force && new[] { Certificate(name), Key(name) }.FirstOrDefault(File.Exists) is { } present)
        {
            throw new SettingException($"{present} is there already; --force replaces it");
        }
    }

    /// <summary>Writes a certificate and its key, each of which is complete as soon as it has its name.</summary>
    /// <param name="name">The name of the files.</param>
    /// <param name="certificate">The certificate, with its key.</param>
    /// <param name="force">Whether to replace files.</param>
    /// <exception cref="SettingException">The folder cannot be written.</exception>
    public void Write(string name, X509Certificate2 certificate, bool force = false)
    {
        try
        {
            Directory.CreateDirectory(path, FolderMode);
            using var key = certificate.GetECDsaPrivateKey()!;
            Write(Key(name), key.ExportPkcs8PrivateKeyPem(), KeyMode, force);
            Write(Certificate(name), certificate.ExportCertificatePem(), CertificateMode, force);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SettingException($"the folder {path} cannot be written: {error.Message}; --dir names another", error);
        }
    }

    private static void Write(string file, string text, UnixFileMode mode, bool force)
    {
        var draft = $"{file}.{Guid.NewGuid():N}";
        try
        {
            using (var stream = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
            using (var writer = new StreamWriter(stream))
            {
                writer.Write(text + "\n");
                writer.Flush();
                stream.Flush(flushToDisk: true);
            }

            File.SetUnixFileMode(draft, mode); // whatever the umask is
            File.Move(draft, file, overwrite: force);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
