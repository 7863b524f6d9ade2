using System.ComponentModel;
using System.Net.Sockets;
using Gorb.Ipvs;
using static Tmds.Linux.LibC;

namespace Gorb.KernelTests.Lab;

/// <summary>Sockets for the lab's transports, including SCTP, which .NET does not support by name.</summary>
internal static class LabSocket
{
    public static Socket Create(AddressFamily family, TransportProtocol protocol) => protocol switch
    {
        TransportProtocol.Tcp => new Socket(family, SocketType.Stream, ProtocolType.Tcp),
        TransportProtocol.Udp => new Socket(family, SocketType.Dgram, ProtocolType.Udp),
        _ => CreateSctp(family),
    };

    /// <summary>The result of a call; the default when the socket is closed or the peer is gone.</summary>
    public static T? Try<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return default;
        }
    }

    private static Socket CreateSctp(AddressFamily family)
    {
        var descriptor = socket(family == AddressFamily.InterNetworkV6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, (int)TransportProtocol.Sctp);
        return descriptor >= 0
            ? new Socket(new SafeSocketHandle(descriptor, ownsHandle: true))
            : throw new Win32Exception(errno, "socket(IPPROTO_SCTP)");
    }
}
