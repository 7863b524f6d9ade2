namespace Gorb.Ipvs.Netlink;

/// <summary>A netlink socket that exchanges whole datagrams with the kernel. Tests replace it by a scripted kernel.</summary>
internal interface INetlinkSocket : IDisposable
{
    /// <summary>The address of this socket (nl_pid); the kernel's replies to it carry that number.</summary>
    uint PortId { get; }

    /// <summary>Sends one datagram; the kernel handles all messages in it before this returns.</summary>
    /// <exception cref="NetlinkTransportException">The system call failed.</exception>
    void Send(ReadOnlySpan<byte> datagram);

    /// <summary>Receives the next datagram from the kernel.</summary>
    /// <returns>The length of the datagram; larger than the buffer when the datagram was truncated.</returns>
    /// <exception cref="NetlinkTransportException">The system call failed, replies were lost (ENOBUFS) or none came in time (EAGAIN).</exception>
    int Receive(Span<byte> buffer);
}
