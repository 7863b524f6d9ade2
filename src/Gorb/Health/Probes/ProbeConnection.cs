using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Gorb.Model.Checks;

namespace Gorb.Health.Probes;

/// <summary>Opens connections for probes over TCP. Each is used once and closed by a reset, so that no TIME_WAIT remains.</summary>
internal static class ProbeConnection
{
    /// <summary>Opens a connection with TLS.</summary>
    /// <exception cref="ProbeFailureException">The certificate is rejected, or the handshake failed.</exception>
    public static async Task<SslStream> OpenTlsAsync(ProbeTarget target, TlsTrust trust, SslApplicationProtocol? protocol, CancellationToken token)
    {
        var stream = new SslStream(await OpenAsync(target, token).ConfigureAwait(false));
        var validator = new CertificateValidator(trust, target.Host);
        try
        {
            await stream.AuthenticateAsClientAsync(validator.Options(protocol), token).ConfigureAwait(false);
            return stream;
        }
        catch (Exception error)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw error is AuthenticationException or IOException { InnerException: null }
                ? new ProbeFailureException(validator.Rejection ?? TlsFailure.Explain(error))
                : error;
        }
    }

    /// <summary>Opens a TCP connection.</summary>
    /// <exception cref="SocketException">This host cannot connect.</exception>
    /// <exception cref="ReportedErrorException">The backend or the network refuses.</exception>
    public static async Task<NetworkStream> OpenAsync(ProbeTarget target, CancellationToken token)
    {
        var address = target.Address!;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(enable: true, seconds: 0), NoDelay = true };
        try
        {
            MarkedSockets.Apply(socket, target.Origin);
            await ConnectAsync(socket, new IPEndPoint(address, target.Port), token).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task ConnectAsync(Socket socket, IPEndPoint endpoint, CancellationToken token)
    {
        var connect = socket.ConnectAsync(endpoint, token);
        var hasBegun = !connect.IsCompleted; // what forbids it on this host does so at once
        try
        {
            await connect.ConfigureAwait(false);
        }
        catch (SocketException error) when (hasBegun)
        {
            throw new ReportedErrorException(error);
        }
    }
}
