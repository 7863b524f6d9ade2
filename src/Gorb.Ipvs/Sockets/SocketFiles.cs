using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gorb.Ipvs.Sockets;

/// <summary>Searches the kernel's lists of TCP sockets, /proc/net/tcp and tcp6. This is slow with many sockets; <see cref="SocketQuery"/> is not.</summary>
/// <param name="folder">The folder of the files.</param>
internal sealed class SocketFiles(string folder = SocketFiles.Folder)
{
    public const string Folder = "/proc/net";

    private const int LocalAt = 1;
    private const int RemoteAt = 2;
    private const int StateAt = 3;
    private const int UserAt = 7;
    private const int InodeAt = 9;

    /// <summary>
    /// Finds a socket by its addresses and ports. The kernel does not read the user and the file of a line at one moment: a socket that a program closes in between has the user 0, and
    /// still a file. A program does not get a closed socket back, so the first line counts if a second one has the same file.
    /// </summary>
    /// <returns>The socket; null when there is none.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file cannot be read.</exception>
    /// <exception cref="FormatException">A line does not have the known format.</exception>
    public SocketDescription? Find(IPEndPoint local, IPEndPoint remote) =>
        Search(local, remote) is { } first && Search(local, remote) is { } second && first.Inode == second.Inode ? first : null;

    private SocketDescription? Search(IPEndPoint local, IPEndPoint remote)
    {
        var isV6 = local.AddressFamily == AddressFamily.InterNetworkV6;
        return (isV6 ? null : Search("tcp", local, remote)) ?? Search("tcp6", Mapped(local), Mapped(remote)); // a socket of the family IPv6 can have a connection over IPv4
    }

    private SocketDescription? Search(string file, IPEndPoint local, IPEndPoint remote)
    {
        var path = Path.Combine(folder, file);
        if (!File.Exists(path) && file == "tcp6")
        {
            return null; // a kernel without IPv6
        }

        var (from, to) = (Format(local), Format(remote));
        foreach (var line in File.ReadLines(path).Skip(1)) // a heading
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > RemoteAt && fields[LocalAt] == from && fields[RemoteAt] == to)
            {
                return Parse(fields, path);
            }
        }

        return null;
    }

    private static SocketDescription Parse(string[] fields, string path) =>
        fields.Length > InodeAt
        && byte.TryParse(fields[StateAt], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var state)
        && uint.TryParse(fields[UserAt], NumberStyles.None, CultureInfo.InvariantCulture, out var user)
        && ulong.TryParse(fields[InodeAt], NumberStyles.None, CultureInfo.InvariantCulture, out var inode)
            ? new SocketDescription((TcpState)state, user, unchecked((uint)inode))
            : throw new FormatException($"'{string.Join(' ', fields)}' is not a line of {path}.");

    /// <summary>The kernel's form of an address and port (get_tcp4_sock of net/ipv4/tcp_ipv4.c): the address as numbers of 32 bits in the order of this processor.</summary>
    private static string Format(IPEndPoint endpoint) =>
        string.Concat(MemoryMarshal.Cast<byte, uint>(endpoint.Address.GetAddressBytes()).ToArray().Select(static word => word.ToString("X8", CultureInfo.InvariantCulture)))
        + string.Create(CultureInfo.InvariantCulture, $":{endpoint.Port:X4}");

    private static IPEndPoint Mapped(IPEndPoint endpoint) => new(endpoint.Address.MapToIPv6(), endpoint.Port);
}
