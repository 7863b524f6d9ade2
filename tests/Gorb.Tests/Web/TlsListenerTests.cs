using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gorb.Certificates;
using Gorb.Platform;
using Gorb.Tests.Api;
using Gorb.Tests.Certificates;
using Gorb.Tests.Shared;

namespace Gorb.Tests.Web;

/// <summary>The API over https.</summary>
public sealed class TlsListenerTests : DaemonTest
{
    private const byte Alert = 21, Handshake = 22, ProtocolVersion = 70;

    private readonly TestCertificates _certificates = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new() { Kernel = kernel, Sockets = [new TlsEndPoint(IPAddress.Loopback, 0)], Tls = _certificates.Files with { ClientAuthorities = null } };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _certificates.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Https_ServesTheApi_BesideHttp()
    {
        using var http = _certificates.Http(_daemon.HttpsUrl);

        (await http.PutAsync(new Uri("/service/web", UriKind.Relative), new StringContent("""{"host": "10.9.0.100", "port": 80}"""), Token)).StatusCode.Should().Be(HttpStatusCode.OK);

        (await _daemon.GetAsync("/service/web")).GetProperty("options").GetProperty("port").GetInt32().Should().Be(80);
    }

    /// <summary>The certificates between the daemon's and its root are sent, because clients have the root only.</summary>
    [Fact]
    public async Task Chain_IsSent()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        using var root = request.CreateSelfSigned(TestCertificates.Now.AddHours(-1), TestCertificates.Now.AddDays(1));
        using var middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var middleRequest = new CertificateRequest("CN=Middle", middleKey, HashAlgorithmName.SHA256);
        middleRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        middleRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(middleRequest.PublicKey, critical: false));
        using var middle = new PrivateAuthority(middleRequest.Create(root, root.NotBefore, root.NotAfter, [1]).CopyWithPrivateKey(middleKey));
        using var server = middle.IssueServer(["localhost"], TimeSpan.FromHours(1), TestCertificates.Now);
        _certificates.Folder.Write(CertificateFolder.Server, server, force: true);
        await File.AppendAllTextAsync(_certificates.ServerFile, middle.Certificate.ExportCertificatePem(), Token);
        await RestartAsync();
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.Add(root);

        await using var tls = new SslStream(await ConnectAsync());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = policy }, Token);

        tls.SslProtocol.Should().Be(SslProtocols.Tls13);
    }

    [Fact]
    public async Task Tls12_IsAccepted()
    {
        await using var tls = new SslStream(await ConnectAsync());
        var options = _certificates.Trust();
        options.EnabledSslProtocols = SslProtocols.Tls12;

        await tls.AuthenticateAsClientAsync(options, Token);

        tls.SslProtocol.Should().Be(SslProtocols.Tls12);
    }

    /// <summary>The client's part is written by hand, because this host's library may refuse old versions itself.</summary>
    [Theory]
    [InlineData(1, Alert)]
    [InlineData(2, Alert)]
    [InlineData(3, Handshake)]
    public async Task VersionsBefore12_AreRefused(byte minor, byte answer)
    {
        await using var stream = await ConnectAsync();

        await stream.WriteAsync(ClientHello(minor), Token);

        var record = new byte[7];
        await stream.ReadExactlyAsync(record, Token);
        record[0].Should().Be(answer);
        if (answer == Alert)
        {
            record[6].Should().Be(ProtocolVersion);
        }
    }

    /// <summary>Kestrel's own answers have a body, as over http.</summary>
    [Fact]
    public async Task RequestThatCannotBeParsed_IsAnsweredInWords()
    {
        await using var tls = new SslStream(await ConnectAsync());
        await tls.AuthenticateAsClientAsync(_certificates.Trust(), Token);

        await tls.WriteAsync("GET /%00 HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Token);

        using var reader = new StreamReader(tls);
        (await reader.ReadToEndAsync(Token)).Should().StartWith("HTTP/1.1 400").And.Contain("the request cannot be read");
    }

    [Fact]
    public async Task PlainHttp_AtTheHttpsPort_IsNotServed()
    {
        await using var stream = await ConnectAsync();

        await stream.WriteAsync("GET /service HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Token);

        using var reader = new StreamReader(stream, Encoding.Latin1);
        (await reader.ReadToEndAsync(Token)).Should().NotContain("200 OK");
    }

    private async Task<NetworkStream> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _daemon.HttpsUrl.Port, Token);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>A ClientHello of TLS 1.minor-1: two cipher suites, NIST P-256, ECDSA with SHA-256.</summary>
    private static byte[] ClientHello(byte minor)
    {
        byte[] extensions = [0, 10, 0, 4, 0, 2, 0, 23, 0, 13, 0, 4, 0, 2, 4, 3];
        byte[] body = [3, minor, .. RandomNumberGenerator.GetBytes(32), 0, 0, 4, 0xC0, 0x2B, 0xC0, 0x09, 1, 0, 0, (byte)extensions.Length, .. extensions];
        byte[] message = [1, 0, 0, (byte)body.Length, .. body];
        return [Handshake, 3, 1, 0, (byte)message.Length, .. message];
    }
}
