namespace Gorb.Ipvs.Netlink;

/// <summary>A netlink socket as the kernel's other end: whole datagrams. Tests put a scripted kernel here.</summary>
internal interface INetlinkSocket : IDisposable
{
    /// <summary>The address of this end (nl_pid); every reply to it carries that number.</summary>
    uint PortId { get; }

    /// <summary>Sends one datagram to the kernel, which handles every message in it before this returns.</summary>
    /// <exception cref="NetlinkTransportException">The system call failed.</exception>
    void Send(ReadOnlySpan<byte> datagram);

    /// <summary>Takes the next datagram from the kernel.</summary>
    /// <returns>Its whole length; more than the buffer's when its end was cut off.</returns>
    /// <exception cref="NetlinkTransportException">The system call failed, replies were lost (ENOBUFS) or none came in time (EAGAIN).</exception>
    int Receive(Span<byte> buffer);
}
