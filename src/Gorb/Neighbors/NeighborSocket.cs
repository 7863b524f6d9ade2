using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Gorb.Ipvs.Processes;
using Gorb.Model.Text;

namespace Gorb.Neighbors;

/// <summary>
/// The abstract Unix sockets at which daemons introduce themselves. Such a socket belongs to a network namespace, as the kernel's IPVS table does, and it
/// is gone with its process. Each has a random name, so no other process can hold it beforehand; <c>/proc/net/unix</c> lists them.
/// </summary>
internal static class NeighborSocket
{
    private const string List = "/proc/net/unix";

    /// <summary>Characters of a random name.</summary>
    private const int RandomLength = 32;

    /// <summary>An introduction that is longer is cut.</summary>
    private const int MaxBytes = 512;

    private const int SolSocket = 1; // SOL_SOCKET
    private const int PeerCredentials = 17; // SO_PEERCRED

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>A name that nobody has.</summary>
    public static string NewName(string prefix) => $"{prefix}{Guid.NewGuid():N}";

    /// <exception cref="SocketException">There is no descriptor left, or the system forbids such sockets.</exception>
    public static Socket Listen(string name)
    {
        var socket = Create();
        try
        {
            socket.Bind(EndPoint(name));
            socket.Listen();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The names of all such sockets in this network namespace, whoever has them.</summary>
    /// <exception cref="IOException">The list cannot be read.</exception>
    public static HashSet<string> Names(string prefix)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(List, Encoding.Latin1))
        {
            var at = line.IndexOf($" @{prefix}", StringComparison.Ordinal);
            if (at >= 0 && line.Length - at == 2 + prefix.Length + RandomLength && line[^RandomLength..].All(char.IsAsciiHexDigitLower))
            {
                names.Add(line[(at + 2)..]);
            }
        }

        return names;
    }

    /// <summary>Asks the daemon behind a name who it is.</summary>
    /// <returns>Its answer as plain text; null when the process is neither root's nor of this daemon's user, and might claim anything.</returns>
    /// <exception cref="SocketException">It cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">It does not answer, or <paramref name="stop"/> ended the wait.</exception>
    public static async Task<string?> AskAsync(string name, TimeProvider time, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(Patience, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        using var socket = Create();
        await socket.ConnectAsync(EndPoint(name), patience.Token);
        var (process, user) = Peer(socket);
        if (user != 0 && user != CurrentUser.Id)
        {
            return null;
        }

        var buffer = new byte[MaxBytes];
        var length = 0;
        while (length < buffer.Length && await socket.ReceiveAsync(buffer.AsMemory(length), patience.Token) is > 0 and var count)
        {
            length += count;
        }

        return $"{(process == 0 ? "a process of another container" : $"process {process}")}, {PlainText.Escape(Encoding.UTF8.GetString(buffer, 0, length))}";
    }

    private static UnixDomainSocketEndPoint EndPoint(string name) => new('\0' + name);

    private static Socket Create() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <summary>Who listens at the other end, by the kernel's word: its process, 0 for one that is not visible from here, and its user.</summary>
    private static (int Process, uint User) Peer(Socket socket)
    {
        Span<int> credentials = stackalloc int[3]; // struct ucred: pid, uid, gid
        socket.GetRawSocketOption(SolSocket, PeerCredentials, MemoryMarshal.AsBytes(credentials));
        return (credentials[0], (uint)credentials[1]);
    }
}
