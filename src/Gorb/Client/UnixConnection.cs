using System.Net.Sockets;

namespace Gorb.Client;

/// <summary>Connections to the Unix sockets of daemons.</summary>
internal static class UnixConnection
{
    /// <summary>Connects.</summary>
    /// <param name="path">The path of the socket.</param>
    /// <param name="stop">Ends the attempt.</param>
    /// <exception cref="IOException">There is no such socket. The runtime reports it as "Cannot assign requested address", which suggests a wrong IP address.</exception>
    /// <exception cref="SocketException">The socket cannot be used.</exception>
    public static async ValueTask<Stream> ConnectAsync(string path, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            socket.Dispose();
            throw new IOException("there is no such socket");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
