using System.Net.Sockets;

namespace Gorb.Health.Probes;

/// <summary>
/// Makes a socket of datagrams hear of everything that tells that nobody is there. Without it the kernel reports a closed port only, and neither a
/// host that answers no ARP nor what a router says.
/// </summary>
internal static class ErrorReports
{
    /// <summary>The kernel gives up a host that answers no ARP or neighbour solicitation after 3.1 s.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(3.5);

    private const int IpLevel = 0, IpRecvErr = 11; // linux/in.h
    private const int Ipv6Level = 41, Ipv6RecvErr = 25; // linux/in6.h

    /// <summary>Errors become the result of the next receive.</summary>
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
}
