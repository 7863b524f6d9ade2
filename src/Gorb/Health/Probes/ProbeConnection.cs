using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Gorb.Model.Checks;

namespace Gorb.Health.Probes;

/// <summary>Connections of the probes that speak over TCP: never used twice, closed by a reset so that nothing lingers.</summary>
internal static class ProbeConnection
{
    /// <summary>A connection with TLS.</summary>
    /// <exception cref="ProbeFailureException">The certificate is not accepted, or the handshake failed.</exception>
    public static async Task<SslStream> OpenTlsAsync(ProbeTarget target, TlsTrust trust, SslApplicationProtocol? protocol, CancellationToken token)
    {
        var stream = new SslStream(await OpenAsync(target, token).ConfigureAwait(false));
        var judge = new CertificateJudge(trust, target.Host);
        try
        {
            await stream.AuthenticateAsClientAsync(judge.Options(protocol), token).ConfigureAwait(false);
            return stream;
        }
        catch (Exception error)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw error is AuthenticationException or IOException { InnerException: null }
                ? new ProbeFailureException(judge.Objection ?? TlsFailure.Explain(error))
                : error;
        }
    }

    /// <summary>A connection.</summary>
    public static async Task<NetworkStream> OpenAsync(ProbeTarget target, CancellationToken token)
    {
        var address = target.Address!;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(enable: true, seconds: 0), NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, target.Port), token).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
