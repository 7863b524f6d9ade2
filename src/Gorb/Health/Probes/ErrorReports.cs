using System.Net.Sockets;

namespace Gorb.Health.Probes;

/// <summary>
/// Makes a datagram socket receive ICMP errors. Without it the kernel reports closed ports only, but neither hosts that do not answer ARP nor errors from
/// routers.
/// </summary>
internal static class ErrorReports
{
    /// <summary>The kernel reports a host that does not answer ARP or neighbour solicitations after 3.1 s.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(3.5);

    private const int IpLevel = 0, IpRecvErr = 11; // linux/in.h
    private const int Ipv6Level = 41, Ipv6RecvErr = 25; // linux/in6.h

    /// <summary>Turns ICMP errors into results of the next receive call.</summary>
    public static void Enable(Socket socket)
    {
        if (socket.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.SetRawSocketOption(Ipv6Level, Ipv6RecvErr, [1, 0, 0, 0]);
        }
        else
        {
            socket.SetRawSocketOption(IpLevel, IpRecvErr, [1, 0, 0, 0]);
        }
    }

    /// <summary>Receives the next datagram.</summary>
    /// <exception cref="ReportedErrorException">An ICMP error came.</exception>
    public static async Task<int> ReceiveAsync(Socket socket, Memory<byte> datagram, CancellationToken token)
    {
        try
        {
            return await socket.ReceiveAsync(datagram, token).ConfigureAwait(false);
        }
        catch (SocketException error)
        {
            throw new ReportedErrorException(error);
        }
    }
}
