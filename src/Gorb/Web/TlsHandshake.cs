using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gorb.Access;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Gorb.Web;

/// <summary>
/// Does the TLS handshakes of new connections with the identity of the moment. The handshake admits a client without a certificate and with any: its requests are then answered in words
/// with 401, which a client could not read from a failed handshake.
/// </summary>
internal sealed class TlsHandshake(TlsCertificates certificates, TimeProvider time)
{
    public void Use(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1; // the limits of the API are by connection
        listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = ChooseAsync });
    }

    private async ValueTask<SslServerAuthenticationOptions> ChooseAsync(TlsHandshakeCallbackContext context)
    {
        var identity = await certificates.GetAsync(context.CancellationToken);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = identity.Context,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
        if (identity.ClientAuthorities is { } authorities)
        {
            var connection = context.Connection;
            options.ClientCertificateRequired = true; // asked for; see Note
            options.CertificateChainPolicy = authorities.Policy(time.GetUtcNow());
            options.RemoteCertificateValidationCallback = (_, certificate, chain, _) => Note(connection, certificate, chain);
        }

        return options;
    }

    private static bool Note(BaseConnectionContext connection, X509Certificate? certificate, X509Chain? chain)
    {
        if (certificate is not null)
        {
            var sent = chain?.ChainPolicy.ExtraStore.Select(static one => one.RawData).ToList() ?? [];
            connection.Features.Set(new ClientCertificate(certificate.GetRawCertData(), sent));
        }

        return true;
    }
}
