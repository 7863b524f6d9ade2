using System.Net;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace Gorb.Ipvs.Sockets;

/// <summary>The firewall mark and the source of a socket's packets.</summary>
/// <param name="Mark">The mark (SO_MARK); it needs CAP_NET_ADMIN.</param>
/// <param name="Source">The source address and the preferred port. If the port is in use, the kernel chooses another.</param>
public readonly record struct MarkedSource(uint Mark, IPEndPoint Source)
{
    private const int SoMark = 36; // asm-generic/socket.h

    /// <summary>Sets the mark and the source of a socket that is not bound yet.</summary>
    /// <param name="descriptor">The socket.</param>
    /// <returns><see cref="Errno.None"/>, or why the kernel refuses.</returns>
    public unsafe Errno Apply(int descriptor)
    {
        var mark = Mark;
        if (setsockopt(descriptor, SOL_SOCKET, SoMark, &mark, sizeof(uint)) != 0)
        {
            return (Errno)(int)errno;
        }

        var error = Bind(descriptor, Source);
        return error == Errno.EADDRINUSE ? Bind(descriptor, new IPEndPoint(Source.Address, 0)) : error;
    }

    private static unsafe Errno Bind(int descriptor, IPEndPoint source)
    {
        var address = source.Serialize();
        fixed (byte* bytes = address.Buffer.Span)
        {
            return bind(descriptor, (sockaddr*)bytes, address.Size) == 0 ? Errno.None : (Errno)(int)errno;
        }
    }
}
