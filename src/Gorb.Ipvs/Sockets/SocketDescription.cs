namespace Gorb.Ipvs.Sockets;

/// <summary>What the kernel says of a TCP socket.</summary>
/// <param name="State">Its state.</param>
/// <param name="User">The user who opened it. The kernel says 0, which is root, for a socket that no program holds any more.</param>
/// <param name="Inode">The number of its file; 0 when no program holds it.</param>
internal sealed record SocketDescription(TcpState State, uint User, uint Inode)
{
    /// <summary>
    /// True for the socket of a program with a connection that was established. Only then does the user count: a closed socket has the user 0 while its last data is sent, and one
    /// that is still connecting may be another program's new attempt from the same port.
    /// </summary>
    public bool IsHeld => Inode != 0 && State is TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2 or TcpState.CloseWait or TcpState.LastAck or TcpState.Closing;
}

/// <summary>States of a TCP socket: TCP_* of the kernel's net/tcp_states.h.</summary>
internal enum TcpState : byte
{
    Established = 1,
    SynSent = 2,
    SynReceived = 3,
    FinWait1 = 4,
    FinWait2 = 5,
    TimeWait = 6,
    Close = 7,
    CloseWait = 8,
    LastAck = 9,
    Listen = 10,
    Closing = 11,
    NewSynReceived = 12,
}
