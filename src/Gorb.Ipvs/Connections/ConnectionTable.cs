using System.Net;

namespace Gorb.Ipvs.Connections;

/// <summary>Reads the kernel's connection table, /proc/net/ip_vs_conn. The kernel has no other way to ask for the entries of a client or a service.</summary>
public static class ConnectionTable
{
    /// <summary>The file for the network namespace of the process; missing without the ip_vs module.</summary>
    public const string Path = "/proc/net/ip_vs_conn";

    private const int BufferBytes = 64 * 1024;

    /// <summary>Finds the entries of clients. Not atomic: entries that come or go meanwhile may be missing.</summary>
    /// <param name="clients">The addresses of the clients.</param>
    /// <param name="maxEntries">The number of entries to read. The kernel writes about a million a second.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read.</exception>
    /// <exception cref="FormatException">A line does not have the known format.</exception>
    public static ConnectionSearch Find(IReadOnlyCollection<IPAddress> clients, int maxEntries)
    {
        using var text = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        return Find(text, clients, maxEntries);
    }

    internal static ConnectionSearch Find(Stream text, IReadOnlyCollection<IPAddress> clients, int maxEntries)
    {
        var wanted = clients.Select(ConnectionAddress.Of).ToArray();
        var found = new List<ConnectionEntry>();
        var read = 0;
        var isComplete = Read(text, Visit, CancellationToken.None);
        return new ConnectionSearch(found, isComplete);

        bool Visit(in ConnectionLine line)
        {
            if (read++ == maxEntries)
            {
                return false;
            }

            if (wanted.AsSpan().Contains(line.Client))
            {
                found.Add(line.ToEntry());
            }

            return true;
        }
    }

    /// <summary>Reads a table and looks at each entry; only one buffer is in memory. Not atomic: entries that come or go meanwhile may be missing.</summary>
    /// <param name="text">The text of the file, <see cref="Path"/>.</param>
    /// <param name="visit">Looks at an entry.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <returns>False when the visitor ended the reading.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="FormatException">A line does not have the known format.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> ended it.</exception>
    public static bool Read(Stream text, ConnectionVisitor visit, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(visit);
        var buffer = new byte[BufferBytes];
        var (kept, isHeading) = (0, true);
        while (text.Read(buffer.AsSpan(kept)) is var length and > 0)
        {
            stop.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, kept + length);
            for (var end = rest.IndexOf((byte)'\n'); end >= 0; end = rest.IndexOf((byte)'\n'))
            {
                if (!isHeading && !visit(new ConnectionLine(rest[..end])))
                {
                    return false;
                }

                isHeading = false;
                rest = rest[(end + 1)..];
            }

            rest.CopyTo(buffer);
            kept = rest.Length < buffer.Length ? rest.Length : throw new FormatException($"A line of {Path} is too long.");
        }

        return true;
    }
}
