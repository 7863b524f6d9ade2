using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gorb.Platform;

/// <summary>The process at the other end of a Unix socket, as the kernel reports it (SO_PEERCRED of unix(7)). A client cannot forge it.</summary>
/// <param name="Process">The process id; 0 when the process is not visible from this PID namespace.</param>
/// <param name="User">The user id at the time of the connect.</param>
internal sealed record PeerCredentials(int Process, uint User)
{
    private const int SolSocket = 1; // SOL_SOCKET
    private const int SoPeerCred = 17; // SO_PEERCRED

    /// <summary>Reads the credentials of a connected socket's peer.</summary>
    public static PeerCredentials Of(Socket socket)
    {
        Span<int> credentials = stackalloc int[3]; // struct ucred: pid, uid, gid
        socket.GetRawSocketOption(SolSocket, SoPeerCred, MemoryMarshal.AsBytes(credentials));
        return new PeerCredentials(credentials[0], (uint)credentials[1]);
    }

    /// <inheritdoc cref="SystemNames.Actor"/>
    public string Actor => field ??= SystemNames.Actor(User);
}
