using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gorb.Health.Probes;
using Gorb.Model.Checks;

namespace Gorb.Tests.Health.Probes;

/// <summary>A backend must not make the director connect to addresses of the backend's choice.</summary>
public sealed class CertificateTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AddressesInACertificate_AreNeverConnectedTo(bool insecure)
    {
        using var trap = new Listener();
        using var certificate = Certificate($"http://127.0.0.1:{trap.Port}");
        using var server = new Listener();
        _ = ServeAsync(server, certificate);
        var trust = new TlsTrust(insecure, "shop.example");

        var https = await Probe.RunAsync(new HttpProbe(), Probe.Target(new HttpArgs { Trust = trust }, server.Port));
        var tls = await Probe.RunAsync(new TlsProbe(), Probe.Target(new TlsArgs { Trust = trust }, server.Port));
        await Probe.RunAsync(new GrpcProbe(), Probe.Target(new GrpcArgs { Trust = trust }, server.Port));

        (https.Passed, tls.Passed).Should().Be((insecure, insecure));
        trap.Socket.Poll(0, SelectMode.SelectRead).Should().BeFalse("nobody has connected");
    }

    /// <summary>Serves TLS without a lookup of the certificate's issuer, as Kestrel does.</summary>
    private static async Task ServeAsync(Listener server, X509Certificate2 certificate)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        };
        try
        {
            while (true)
            {
                using var socket = await server.Socket.AcceptAsync();
                await using var stream = new SslStream(new NetworkStream(socket));
                try
                {
                    await stream.AuthenticateAsServerAsync(options);
                    if (await stream.ReadAsync(new byte[4096]) > 0)
                    {
                        await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
                    }
                }
                catch (Exception error) when (error is IOException or AuthenticationException)
                {
                    continue; // the check closed the connection
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return; // the test is over
        }
    }

    /// <summary>Creates a certificate whose issuer, revocation list and responder are available only at one URL.</summary>
    private static X509Certificate2 Certificate(string url)
    {
        using var issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issuer = new CertificateRequest("CN=Issuer", issuerKey, HashAlgorithmName.SHA256);
        issuer.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var ca = issuer.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=shop.example", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("shop.example");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([$"{url}/ocsp"], [$"{url}/issuer.crt"]));
        request.CertificateExtensions.Add(RevocationList($"{url}/list.crl"));
        using var certificate = request.Create(ca, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3, 4]);
        using var withKey = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    private static X509Extension RevocationList(string url) => CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([url]);
}
