using System.Net;
using System.Security.Cryptography;
using Gorb.Cli;
using Gorb.Model;
using Gorb.Platform;
using Gorb.Tests.Api;

namespace Gorb.Tests.Certificates;

/// <summary>Files that cannot be used are named with the remedy.</summary>
public sealed class TlsFilesTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public void MissingCertificate_IsNamed()
    {
        File.Delete(_certificates.ServerFile);

        Problem().Should().Be($"{_certificates.ServerFile} is not there, or is not a file; \"gorb cert\" makes certificates for those who have none");
    }

    [Fact]
    public void MissingAuthorities_AreNamed()
    {
        File.Delete(_certificates.AuthorityFile);

        Problem().Should().StartWith($"{_certificates.AuthorityFile} is not there");
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIB")]
    [InlineData("nonsense")]
    public void FileWithoutACertificate_IsNamed(string content)
    {
        File.WriteAllText(_certificates.ServerFile, content);

        Problem().Should().StartWith($"{_certificates.ServerFile} holds no complete certificate");
    }

    [Fact]
    public void DamagedCertificate_IsNamed()
    {
        File.WriteAllText(_certificates.ServerFile, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

        Problem().Should().StartWith($"{_certificates.ServerFile} holds a damaged certificate");
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void KeyThatOthersCanUse_IsRefused_WithTheCommand(UnixFileMode more)
    {
        File.SetUnixFileMode(_certificates.KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);

        Problem().Should().StartWith($"{_certificates.KeyFile} holds a private key, and other users can read or change it").And.EndWith($"chmod 600 {_certificates.KeyFile}");
    }

    [Fact]
    public void KeyForAGroup_IsAccepted()
    {
        File.SetUnixFileMode(_certificates.KeyFile, UnixFileMode.UserRead | UnixFileMode.GroupRead);

        _certificates.Files.Read().ClientAuthorities.Should().NotBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIIB")]
    public void HalfAKey_IsNamed(string content)
    {
        File.WriteAllText(_certificates.KeyFile, content);

        Problem().Should().StartWith($"{_certificates.KeyFile} holds no complete private key");
    }

    [Fact]
    public void KeyOfAnotherCertificate_IsNamed()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(_certificates.KeyFile, other.ExportPkcs8PrivateKeyPem());

        Problem().Should().StartWith($"{_certificates.KeyFile} holds no complete private key (RSA or ECDSA, PEM) that belongs to the first certificate of {_certificates.ServerFile}");
    }

    [Fact]
    public void EncryptedKey_IsNamed()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(_certificates.KeyFile, key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)));

        Problem().Should().StartWith($"the private key in {_certificates.KeyFile} is encrypted").And.Contain("openssl pkey");
    }

    [Fact]
    public void AuthoritiesWithoutARoot_AreNamed()
    {
        File.Copy(_certificates.ServerFile, _certificates.AuthorityFile, overwrite: true);

        Problem().Should().StartWith($"{_certificates.AuthorityFile} holds no root");
    }

    [Fact]
    public void KeysOfEveryKind_AreRead()
    {
        using var rsa = RSA.Create(2048);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=rsa", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(TestCertificates.Now.AddHours(-1), TestCertificates.Now.AddHours(1));
        File.WriteAllText(_certificates.ServerFile, certificate.ExportCertificatePem());
        foreach (var pem in new[] { rsa.ExportPkcs8PrivateKeyPem(), rsa.ExportRSAPrivateKeyPem() })
        {
            File.WriteAllText(_certificates.KeyFile, pem);

            _certificates.Files.Read().Certificate.Subject.Should().Be("CN=rsa");
        }
    }

    [Fact]
    public async Task Start_Fails_WithTheReason()
    {
        File.Delete(_certificates.KeyFile);
        await using var daemon = new TestDaemon { Sockets = [new TlsEndPoint(IPAddress.Loopback, 0)], Tls = _certificates.Files };

        var reasons = StartFailure.Explain((await daemon.Awaiting(one => one.InitializeAsync().AsTask()).Should().ThrowAsync<Exception>()).Which);

        reasons.Should().ContainSingle().Which.Should().StartWith($"{_certificates.KeyFile} is not there");
    }

    private string Problem() => _certificates.Files.Invoking(files => files.Read()).Should().Throw<SettingException>().Which.Message;
}
