using System.Globalization;
using System.Net;

namespace Gorb.Sources.Docker;

/// <summary>A listening socket of this host.</summary>
/// <param name="Protocol">tcp, udp or sctp.</param>
/// <param name="Address">The local address; the wildcard address stands for every address.</param>
/// <param name="Port">The port.</param>
internal readonly record struct Listener(string Protocol, IPAddress Address, int Port)
{
    private const string TcpListening = "0A"; // TCP_LISTEN of net/tcp_states.h
    private const string UdpUnconnected = "07"; // TCP_CLOSE: the state of an unconnected UDP socket
    private const string SctpListening = "10"; // SCTP_SS_LISTENING

    /// <summary>Reads the listeners of this process's network namespace (proc(5)).</summary>
    /// <param name="folder">/proc/net. Missing files, as on a kernel without IPv6 or SCTP, are skipped.</param>
    public static IReadOnlyList<Listener> Read(string folder) =>
    [
        .. Read(folder, "tcp", "tcp", TcpListening),
        .. Read(folder, "tcp6", "tcp", TcpListening),
        .. Read(folder, "udp", "udp", UdpUnconnected),
        .. Read(folder, "udp6", "udp", UdpUnconnected),
        .. ReadSctp(folder),
    ];

    /// <summary>
    /// Whether the listener receives packets for an address. The IPv6 wildcard address counts for IPv4, too, because /proc/net does not show IPV6_V6ONLY.
    /// </summary>
    public bool Covers(IPAddress address) =>
        Address.Equals(address) || Address.Equals(IPAddress.IPv6Any) || (Address.Equals(IPAddress.Any) && address.AddressFamily == Address.AddressFamily);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{new IPEndPoint(Address, Port)}/{Protocol}");

    private static IEnumerable<Listener> Read(string folder, string file, string protocol, string state) => Lines(folder, file)
        .Where(fields => fields.Length > 3 && fields[3] == state)
        .Select(fields => fields[1].Split(':'))
        .Select(local => new Listener(protocol, ParseAddress(local[0]), int.Parse(local[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)));

    /// <summary>Reads sctp/eps, which has one line for each endpoint: ENDPT SOCK STY SST HBKT LPORT UID INODE, then all local addresses.</summary>
    private static IEnumerable<Listener> ReadSctp(string folder) => Lines(folder, "sctp/eps")
        .Where(fields => fields.Length > 8 && fields[3] == SctpListening)
        .SelectMany(fields => fields[8..].Select(address => new Listener("sctp", IPAddress.Parse(address), int.Parse(fields[5], CultureInfo.InvariantCulture))));

    /// <summary>The fields of each line after the header line.</summary>
    private static IEnumerable<string[]> Lines(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        return File.Exists(path) ? File.ReadLines(path).Skip(1).Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) : [];
    }

    /// <summary>Parses an address of /proc/net, which prints each 32-bit word of the address as a number in host byte order.</summary>
    private static IPAddress ParseAddress(string text)
    {
        var words = Enumerable.Range(0, text.Length / 8).Select(word => uint.Parse(text.AsSpan(word * 8, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        var address = new IPAddress([.. words.SelectMany(BitConverter.GetBytes)]);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
