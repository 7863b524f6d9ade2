using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gorb.Certificates;
using Gorb.Model;

namespace Gorb.Tests.Certificates;

/// <summary>A folder with an authority, the certificate of a daemon at 127.0.0.1 and clients' certificates; deleted after the test.</summary>
internal sealed class TestCertificates : IDisposable
{
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    private readonly string _path = Directory.CreateTempSubdirectory("gorb-test-").FullName;

    public TestCertificates()
    {
        Folder.Write(CertificateFolder.Authority, Authority.Certificate);
        WriteServer();
    }

    public static DateTimeOffset Now => DateTimeOffset.UtcNow;

    public PrivateAuthority Authority { get; private set; } = PrivateAuthority.Create("test", Now);

    public CertificateFolder Folder => new(_path);

    public string AuthorityFile => Folder.Certificate(CertificateFolder.Authority);

    public string ServerFile => Folder.Certificate(CertificateFolder.Server);

    public string KeyFile => Folder.Key(CertificateFolder.Server);

    public TlsFiles Files => new(ServerFile, KeyFile, AuthorityFile);

    /// <summary>Writes a new certificate of the daemon, the key first, each by a rename.</summary>
    public X509Certificate2 WriteServer()
    {
        var certificate = Authority.IssueServer(["localhost", "127.0.0.1"], TimeSpan.FromDays(90), Now);
        Folder.Write(CertificateFolder.Server, certificate, force: true);
        return certificate;
    }

    /// <summary>Replaces the authority, as one who revokes all client certificates does.</summary>
    public void ReplaceAuthority()
    {
        Authority = PrivateAuthority.Create("test", Now);
        File.WriteAllText(AuthorityFile, Authority.Certificate.ExportCertificatePem());
    }

    public X509Certificate2 Client(string name, Role role) => Authority.IssueClient(name, role, [], TimeSpan.FromDays(1), Now);

    /// <summary>A client certificate with any subject, usage and time.</summary>
    public X509Certificate2 Client(string subject, string? usage = ClientUsage, TimeSpan? begin = null, TimeSpan? end = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (usage is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        }

        using var authority = X509CertificateLoader.LoadCertificate(Authority.Certificate.RawData);
        var signer = X509SignatureGenerator.CreateForECDsa(Authority.Certificate.GetECDsaPrivateKey()!);
        using var issued = request.Create(authority.SubjectName, signer, Now + (begin ?? TimeSpan.FromHours(-1)), Now + (end ?? TimeSpan.FromHours(1)), [1, 2, 3]);
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>The options of a client that trusts the authority.</summary>
    public SslClientAuthenticationOptions Trust()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(Authority.Certificate.RawData));
        return new SslClientAuthenticationOptions { CertificateChainPolicy = policy, TargetHost = "localhost" };
    }

    /// <summary>A client of an https listener.</summary>
    /// <param name="url">The listener.</param>
    /// <param name="certificate">The certificate to show; null for none.</param>
    /// <param name="seen">Gets the certificate of the daemon.</param>
    public HttpClient Http(Uri url, X509Certificate2? certificate = null, Action<X509Certificate2>? seen = null)
    {
        var options = Trust();
        options.RemoteCertificateValidationCallback = (_, shown, _, errors) =>
        {
            seen?.Invoke(X509CertificateLoader.LoadCertificate(shown!.GetRawCertData()));
            return errors == SslPolicyErrors.None;
        };
        if (certificate is not null)
        {
            options.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        }

        return new HttpClient(new SocketsHttpHandler { SslOptions = options, UseProxy = false }) { BaseAddress = url };
    }

    public void Dispose()
    {
        Authority.Dispose();
        Directory.Delete(_path, recursive: true);
    }
}
