using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs.Interop;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace Gorb.Ipvs.Sockets;

/// <summary>
/// Makes the kernel drop TCP packets for an address and port of this host that it would answer with a reset: those that neither a socket nor a connection of IPVS takes. IPVS comes first, so new
/// connections of its services are balanced as ever. It is a listening socket with a filter that takes nothing; it ends when it is disposed, or with the process.
/// </summary>
public sealed class SilentListener : IDisposable
{
    private const int Freebind = 15, Freebind6 = 78; // IP_FREEBIND (linux/in.h), IPV6_FREEBIND (linux/in6.h): the address may come later
    private const int V6Only = 26; // IPV6_V6ONLY

    private readonly SocketHandle _handle;

    private SilentListener(SocketHandle handle) => _handle = handle;

    /// <param name="at">The address, which this host need not have yet, and the port.</param>
    /// <param name="error">Why the kernel refuses; <see cref="Errno.EADDRINUSE"/> when another socket listens there.</param>
    /// <returns>Null when the kernel refuses.</returns>
    public static SilentListener? TryOpen(IPEndPoint at, out Errno error)
    {
        ArgumentNullException.ThrowIfNull(at);
        var isIpv6 = at.AddressFamily == AddressFamily.InterNetworkV6;
        var descriptor = socket(isIpv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (descriptor < 0)
        {
            error = (Errno)(int)errno;
            return null;
        }

        var handle = new SocketHandle(descriptor);
        var isOpen = (isIpv6 ? Set(descriptor, IPPROTO_IPV6, V6Only) && Set(descriptor, IPPROTO_IPV6, Freebind6) : Set(descriptor, IPPROTO_IP, Freebind))
            && SocketFilter.Attach(descriptor, SocketFilter.Nothing) && Bind(descriptor, at) && listen(descriptor, 1) == 0;
        error = isOpen ? Errno.None : (Errno)(int)errno;
        if (isOpen)
        {
            return new SilentListener(handle);
        }

        handle.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static unsafe bool Set(int descriptor, int level, int option)
    {
        var on = 1;
        return setsockopt(descriptor, level, option, &on, sizeof(int)) == 0;
    }

    private static unsafe bool Bind(int descriptor, IPEndPoint at)
    {
        var address = at.Serialize();
        fixed (byte* bytes = address.Buffer.Span)
        {
            return bind(descriptor, (sockaddr*)bytes, address.Size) == 0;
        }
    }
}
