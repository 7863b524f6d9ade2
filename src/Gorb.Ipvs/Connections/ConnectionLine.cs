using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Gorb.Ipvs.Connections;

/// <summary>Looks at an entry of the connection table.</summary>
/// <param name="line">The entry, valid during the call.</param>
/// <returns>False to end the reading.</returns>
public delegate bool ConnectionVisitor(in ConnectionLine line);

/// <summary>
/// An entry of the connection table while the table is read. It makes no objects, so that a table of millions can be counted and filtered;
/// <see cref="ToEntry"/> keeps one.
/// </summary>
public readonly ref struct ConnectionLine
{
    private const int AddressDigitsOfIPv4 = 8;
    private const int AddressTextOfIPv6 = 39;

    /// <summary>Parses a line of ip_vs_conn_seq_show (ip_vs_conn.c): protocol, client, virtual service, destination, state, seconds.</summary>
    /// <exception cref="FormatException">The line does not have this format.</exception>
    internal ConnectionLine(ReadOnlySpan<byte> line)
    {
        var rest = line;
        var isWhole = ReadProtocol(Next(ref rest), out var protocol)
            & ReadPlace(ref rest, out var client, out var clientPort)
            & ReadPlace(ref rest, out var address, out var port)
            & ReadPlace(ref rest, out var destination, out var destinationPort);
        State = Next(ref rest);
        var seconds = Next(ref rest);
        if (!isWhole || State.IsEmpty || !Utf8Parser.TryParse(seconds, out int expires, out var used) || used != seconds.Length)
        {
            throw new FormatException($"'{Encoding.ASCII.GetString(line)}' is not a line of {ConnectionTable.Path}.");
        }

        (Protocol, Client, ClientPort, Virtual, VirtualPort) = (protocol, client, clientPort, address, port);
        (Destination, DestinationPort, ExpiresInSeconds) = (destination, destinationPort, expires);
    }

    /// <summary>The transport; null for the template of a service by firewall mark.</summary>
    public TransportProtocol? Protocol { get; }

    /// <summary>The client's address; of a template, the part that the service's netmask leaves.</summary>
    public ConnectionAddress Client { get; }

    /// <summary>The client's port, host order; 0 for a template.</summary>
    public ushort ClientPort { get; }

    /// <summary>The virtual address; for the template of a service by firewall mark, its mark as an address.</summary>
    public ConnectionAddress Virtual { get; }

    /// <summary>The virtual port, host order.</summary>
    public ushort VirtualPort { get; }

    /// <summary>The address of the destination, which may be of another family when packets are tunnelled.</summary>
    public ConnectionAddress Destination { get; }

    /// <summary>The port of the destination, host order.</summary>
    public ushort DestinationPort { get; }

    /// <summary>The state in the kernel's words, in ASCII: ESTABLISHED, SYN_RECV, UDP and so on.</summary>
    public ReadOnlySpan<byte> State { get; }

    /// <summary>The seconds after which the kernel forgets it without another packet.</summary>
    public int ExpiresInSeconds { get; }

    /// <summary>True for a persistence template, which decides where the client's next connections go.</summary>
    public bool IsTemplate => ClientPort == 0;

    /// <summary>Makes an object that can be kept.</summary>
    public ConnectionEntry ToEntry() => new(
        Protocol, Client.ToIPAddress(), ClientPort, Virtual.ToIPAddress(), VirtualPort, new DestinationKey(Destination.ToIPAddress(), DestinationPort),
        Encoding.ASCII.GetString(State), TimeSpan.FromSeconds(ExpiresInSeconds));

    private static bool ReadProtocol(ReadOnlySpan<byte> word, out TransportProtocol? protocol)
    {
        protocol = word.SequenceEqual("TCP"u8) ? TransportProtocol.Tcp
            : word.SequenceEqual("UDP"u8) ? TransportProtocol.Udp
            : word.SequenceEqual("SCTP"u8) ? TransportProtocol.Sctp
            : null;
        return !word.IsEmpty;
    }

    private static bool ReadPlace(scoped ref ReadOnlySpan<byte> rest, out ConnectionAddress address, out ushort port)
    {
        port = 0;
        return ReadAddress(Next(ref rest), out address) && Utf8Parser.TryParse(Next(ref rest), out port, out var used, 'X') && used == 4;
    }

    /// <summary>Reads the kernel's forms: 0A09000A, or fd00:0009:0000:0000:0000:0000:0000:0010.</summary>
    private static bool ReadAddress(ReadOnlySpan<byte> word, out ConnectionAddress address)
    {
        address = default;
        if (word.Length == AddressDigitsOfIPv4)
        {
            var isNumber = uint.TryParse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits);
            address = new ConnectionAddress(bits, IsIPv6: false);
            return isNumber;
        }

        var groups = UInt128.Zero;
        for (var at = 0; word.Length == AddressTextOfIPv6 && at < AddressTextOfIPv6; at += 5)
        {
            if (!ushort.TryParse(word.Slice(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var group) || (at > 0 && word[at - 1] != ':'))
            {
                return false;
            }

            groups = (groups << 16) | group;
        }

        address = new ConnectionAddress(groups, IsIPv6: true);
        return word.Length == AddressTextOfIPv6;
    }

    private static ReadOnlySpan<byte> Next(scoped ref ReadOnlySpan<byte> rest)
    {
        var word = rest.TrimStart((byte)' ');
        var end = word.IndexOf((byte)' ');
        rest = end < 0 ? [] : word[end..];
        return end < 0 ? word : word[..end];
    }
}
