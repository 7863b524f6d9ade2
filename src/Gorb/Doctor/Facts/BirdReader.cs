using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gorb.Doctor.Facts;

/// <summary>What BIRD, the routing daemon of this host, announces.</summary>
/// <param name="Neighbors">The number of its BGP sessions, also those that are not established.</param>
/// <param name="Announced">The addresses that it exports to a neighbour whose session is established.</param>
internal sealed record BirdFacts(int Neighbors, IReadOnlySet<IPAddress> Announced);

/// <summary>Asks BIRD by its control socket, as birdc does, but only what changes nothing.</summary>
internal static class BirdReader
{
    public const string DefaultSocket = "/run/bird/bird.ctl";

    /// <summary>A host with more addresses than this asks only for the first ones.</summary>
    private const int MaxAddresses = 100;

    private const int Patience = 1000;

    /// <summary>Asks whether addresses are announced.</summary>
    /// <returns>Null where no BIRD runs.</returns>
    /// <exception cref="IOException">BIRD does not answer.</exception>
    /// <exception cref="SocketException">The socket cannot be used.</exception>
    public static BirdFacts? Read(string path, IEnumerable<IPAddress> addresses)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = Patience, SendTimeout = Patience };
        socket.Connect(new UnixDomainSocketEndPoint(path));
        using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        ReadReply(reader); // the greeting
        Ask("restrict"); // from now on BIRD itself refuses what would change something
        var sessions = ParseSessions(Ask("show protocols"));
        var announced = addresses.Take(MaxAddresses).Where(address => sessions.Any(session => session.IsEstablished && IsFound(Ask($"show route for {address} export {session.Name}")))).ToHashSet();
        return new BirdFacts(sessions.Count, announced);

        List<string> Ask(string command)
        {
            stream.Write(Encoding.ASCII.GetBytes(command + "\n"));
            return ReadReply(reader);
        }
    }

    /// <summary>Finds the BGP sessions in a list of protocols.</summary>
    internal static IReadOnlyList<(string Name, bool IsEstablished)> ParseSessions(IEnumerable<string> reply) =>
    [
        .. reply.Select(static line => Text(line).Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(static words => words is [_, "BGP", ..])
            .Select(static words => (words[0], words.Contains("Established"))),
    ];

    /// <summary>Whether a reply to "show route" has a route. One without has nothing but an error, such as "8001 Network not found".</summary>
    internal static bool IsFound(IReadOnlyList<string> reply) => reply.Any(static line => line.StartsWith("1007", StringComparison.Ordinal));

    /// <summary>Reads the lines of a reply. The last one begins with a code and a space.</summary>
    private static List<string> ReadReply(StreamReader reader)
    {
        var lines = new List<string>();
        do
        {
            lines.Add(reader.ReadLine() ?? throw new IOException("the connection was closed"));
        }
        while (!IsLast(lines[^1]));

        return lines;
    }

    private static bool IsLast(string line) => line.Length >= 4 && line.AsSpan(0, 4).IndexOfAnyExceptInRange('0', '9') < 0 && (line.Length == 4 || line[4] == ' ');

    /// <summary>A line without its code, which only the first of several lines with one code has.</summary>
    private static string Text(string line) => line.Length > 5 && char.IsAsciiDigit(line[0]) ? line[5..] : line;
}
