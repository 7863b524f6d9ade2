using System.Globalization;
using System.Net;
using Gorb.Ipvs;

namespace Gorb.Doctor.Facts;

/// <summary>Reads the listening sockets, from /proc/net, and whose they are, from /proc.</summary>
internal static class ListenerReader
{
    private const string Listening = "0A", Unconnected = "07"; // TCP_LISTEN, TCP_CLOSE of net/tcp_states.h
    private const string SocketLink = "socket:[";

    /// <param name="proc">The folder of the process file system: /proc.</param>
    /// <param name="isOfInterest">Says for which ports the process is looked for; that means to look at every file of every process.</param>
    public static IReadOnlyList<Listener> Read(string proc, Func<ushort, bool> isOfInterest)
    {
        List<(Listener Listener, string Inode)> found =
        [
            .. Read(Path.Combine(proc, "net/tcp"), TransportProtocol.Tcp), .. Read(Path.Combine(proc, "net/tcp6"), TransportProtocol.Tcp),
            .. Read(Path.Combine(proc, "net/udp"), TransportProtocol.Udp), .. Read(Path.Combine(proc, "net/udp6"), TransportProtocol.Udp),
        ];
        found.RemoveAll(one => !isOfInterest(one.Listener.Port));
        var owners = found.Count == 0 ? [] : FindOwners(proc, found.Select(static one => one.Inode).ToHashSet());
        return [.. found.Select(one => owners.TryGetValue(one.Inode, out var owner) ? one.Listener with { Process = owner, Program = NameOf(proc, owner) } : one.Listener)];
    }

    private static IEnumerable<(Listener Listener, string Inode)> Read(string file, TransportProtocol protocol)
    {
        if (!File.Exists(file))
        {
            return []; // a kernel without IPv6
        }

        var state = protocol == TransportProtocol.Tcp ? Listening : Unconnected;
        return File.ReadLines(file).Skip(1).Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 9 && words[3] == state)
            .Select(words => (new Listener(protocol, Address(words[1]), Port(words[1]), null, null), words[9]));
    }

    /// <summary>Parses "0100007F:1F90": the address in words of host order, and the port.</summary>
    private static IPAddress Address(string text)
    {
        var bytes = Convert.FromHexString(text.AsSpan(0, text.IndexOf(':', StringComparison.Ordinal)));
        for (var at = 0; at < bytes.Length; at += 4)
        {
            bytes.AsSpan(at, 4).Reverse();
        }

        return new IPAddress(bytes);
    }

    private static ushort Port(string text) => ushort.Parse(text.AsSpan(text.IndexOf(':', StringComparison.Ordinal) + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static Dictionary<string, int> FindOwners(string proc, HashSet<string> inodes)
    {
        var owners = new Dictionary<string, int>();
        foreach (var process in Directory.EnumerateDirectories(proc).Select(Path.GetFileName).Where(static name => char.IsAsciiDigit(name![0])))
        {
            foreach (var inode in Sockets(Path.Combine(proc, process!, "fd")).Where(inodes.Contains))
            {
                owners.TryAdd(inode, int.Parse(process!, CultureInfo.InvariantCulture));
            }
        }

        return owners;
    }

    private static List<string> Sockets(string files)
    {
        List<string> found = [];
        try
        {
            foreach (var file in Directory.EnumerateFileSystemEntries(files))
            {
                if (new FileInfo(file).LinkTarget is { } target && target.StartsWith(SocketLink, StringComparison.Ordinal))
                {
                    found.Add(target[SocketLink.Length..^1]);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return found; // the process has ended, or belongs to another user
        }

        return found;
    }

    private static string? NameOf(string proc, int process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(proc, process.ToString(CultureInfo.InvariantCulture), "comm")).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // it has just ended
        }
    }
}
