using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gorb.Ipvs.Connections;

/// <summary>Searches the kernel's connection table, /proc/net/ip_vs_conn. The kernel has no other way to ask for the entries of a client.</summary>
public static class ConnectionTable
{
    /// <summary>The file for the network namespace of the process; missing without the ip_vs module.</summary>
    public const string Path = "/proc/net/ip_vs_conn";

    private const int BufferBytes = 64 * 1024;

    /// <summary>Finds the entries of clients. Not atomic: entries that come or go meanwhile may be missing.</summary>
    /// <param name="clients">The addresses of the clients, all of one family.</param>
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
        var wanted = clients.Select(static client => Encoding.ASCII.GetBytes(Format(client))).ToList();
        var found = new List<ConnectionEntry>();
        var buffer = new byte[BufferBytes];
        var (kept, read) = (0, 0);
        while (text.Read(buffer.AsSpan(kept)) is var length and > 0)
        {
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, kept + length);
            for (var end = rest.IndexOf((byte)'\n'); end >= 0; end = rest.IndexOf((byte)'\n'))
            {
                if (read++ > maxEntries) // the first line is a heading
                {
                    return new ConnectionSearch(found, IsComplete: false);
                }

                if (IsOf(rest[..end], wanted))
                {
                    found.Add(Parse(Encoding.ASCII.GetString(rest[..end])));
                }

                rest = rest[(end + 1)..];
            }

            rest.CopyTo(buffer);
            kept = rest.Length < buffer.Length ? rest.Length : throw new FormatException($"A line of {Path} is too long.");
        }

        return new ConnectionSearch(found, IsComplete: true);
    }

    private static bool IsOf(ReadOnlySpan<byte> line, List<byte[]> clients)
    {
        var client = line[(line.IndexOf((byte)' ') + 1)..].TrimStart((byte)' ');
        foreach (var one in clients)
        {
            if (client.StartsWith(one))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Parses a line of ip_vs_conn_seq_show (ip_vs_conn.c): protocol, client, virtual service, destination, state, seconds.</summary>
    private static ConnectionEntry Parse(string line) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var protocol, var client, var clientPort, var address, var port, var destination, var destinationPort, var state, var seconds, ..]
            ? new ConnectionEntry(
                Protocol(protocol), Address(client), Port(clientPort), Address(address), Port(port), new DestinationKey(Address(destination), Port(destinationPort)), state,
                TimeSpan.FromSeconds(int.Parse(seconds, NumberStyles.None, CultureInfo.InvariantCulture)))
            : throw Invalid(line);

    private static TransportProtocol? Protocol(string word) => word switch
    {
        "TCP" => TransportProtocol.Tcp,
        "UDP" => TransportProtocol.Udp,
        "SCTP" => TransportProtocol.Sctp,
        _ => null,
    };

    /// <summary>The kernel's form of an address: 0A09000A, or fd00:0009:0000:0000:0000:0000:0000:0010.</summary>
    private static string Format(IPAddress address)
    {
        var hex = Convert.ToHexString(address.GetAddressBytes());
        return address.AddressFamily == AddressFamily.InterNetwork
            ? hex
            : string.Join(':', Enumerable.Range(0, 8).Select(group => hex.Substring(4 * group, 4).ToLowerInvariant()));
    }

    private static IPAddress Address(string word) => word.Length == 8 && !word.Contains(':', StringComparison.Ordinal) ? new IPAddress(Convert.FromHexString(word))
        : IPAddress.TryParse(word, out var address) ? address
        : throw Invalid(word);

    private static ushort Port(string word) => Utf8Parser.TryParse(Encoding.ASCII.GetBytes(word), out ushort port, out var used, 'X') && used == word.Length ? port : throw Invalid(word);

    private static FormatException Invalid(string text) => new($"'{text}' is not of a line of {Path}.");
}
