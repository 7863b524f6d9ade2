using System.Net.Sockets;
using System.Text;
using Gorb.Ipvs.Processes;
using Gorb.Model.Text;
using Gorb.Platform;

namespace Gorb.Neighbors;

/// <summary>
/// The abstract Unix sockets through which daemons introduce themselves. Like the kernel's IPVS table, an abstract socket belongs to a network namespace,
/// and it disappears with its process. <c>/proc/net/unix</c> lists the names; each is random, so that no other process can occupy it beforehand.
/// </summary>
internal static class NeighborSocket
{
    private const string SocketList = "/proc/net/unix";

    /// <summary>Length of the random part of a name.</summary>
    private const int RandomLength = 32;

    /// <summary>The longest introduction; more is cut off.</summary>
    private const int MaxBytes = 512;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>A new, unique name.</summary>
    public static string NewName(string prefix) => $"{prefix}{Guid.NewGuid():N}";

    /// <exception cref="SocketException">No file descriptor is left, or the system forbids abstract sockets.</exception>
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

    /// <summary>The names of all such sockets in this network namespace.</summary>
    /// <exception cref="IOException">The list cannot be read.</exception>
    public static HashSet<string> FindNames(string prefix)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(SocketList, Encoding.Latin1))
        {
            var at = line.IndexOf($" @{prefix}", StringComparison.Ordinal);
            if (at >= 0 && line.Length - at == 2 + prefix.Length + RandomLength && line[^RandomLength..].All(char.IsAsciiHexDigitLower))
            {
                names.Add(line[(at + 2)..]);
            }
        }

        return names;
    }

    /// <summary>Asks the daemon with a socket name to introduce itself.</summary>
    /// <returns>Its introduction as plain text; null for a process that belongs neither to root nor to this daemon's user and might claim anything.</returns>
    /// <exception cref="SocketException">The daemon cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">The daemon does not answer, or <paramref name="stop"/> was cancelled.</exception>
    public static async Task<string?> ReadIntroductionAsync(string name, TimeProvider time, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        using var socket = Create();
        await socket.ConnectAsync(EndPoint(name), either.Token);
        var peer = PeerCredentials.Of(socket);
        if (peer.User != 0 && peer.User != CurrentUser.Id)
        {
            return null;
        }

        var buffer = new byte[MaxBytes];
        var length = 0;
        while (length < buffer.Length && await socket.ReceiveAsync(buffer.AsMemory(length), either.Token) is > 0 and var count)
        {
            length += count;
        }

        return $"{(peer.Process == 0 ? "a process of another container" : $"process {peer.Process}")}, {PlainText.Escape(Encoding.UTF8.GetString(buffer, 0, length))}";
    }

    private static UnixDomainSocketEndPoint EndPoint(string name) => new('\0' + name);

    private static Socket Create() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
