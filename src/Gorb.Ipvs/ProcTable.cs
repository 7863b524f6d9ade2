using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using System.Text;

namespace Gorb.Ipvs;

/// <summary>
/// Reads the kernel's table from /proc/net/ip_vs: all at once and without privileges, but without some settings. A netlink dump needs one request for each
/// service and takes several times as long.
/// </summary>
public static class ProcTable
{
    /// <summary>The file for the network namespace of the process; missing without the ip_vs module.</summary>
    public const string Path = "/proc/net/ip_vs";

    /// <summary>Room for many lines; the kernel returns one page per read.</summary>
    private const int BufferBytes = 16 * 1024;

    private const string NotUnderstood = "is not a line of /proc/net/ip_vs";

    /// <summary>
    /// Reads the table. Not atomic: while other programs change the table, entries may be missing or repeated. Entries of a table that is longer than a page of the file are missing, too,
    /// while another network namespace has services: the kernel counts these when it goes on after a page, and not when it looks for the place (ip_vs_info_array and ip_vs_info_seq_next in
    /// ip_vs_ctl.c; 484 of 960 services were seen on 6.1 and 6.12). What is there is right; who needs all asks by <see cref="IpvsClient"/>.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="FormatException">A line does not have the known format.</exception>
    public static IReadOnlyList<ServiceSummary> Read()
    {
        using var text = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        return Parse(text);
    }

    /// <summary>Parses the output of ip_vs_info_seq_show (ip_vs_ctl.c): a line for each service, followed by lines of its destinations.</summary>
    internal static List<ServiceSummary> Parse(Stream text)
    {
        var services = new List<ServiceSummary>();
        List<Destination>? destinations = null;
        var buffer = new byte[BufferBytes];
        var kept = 0;
        while (text.Read(buffer.AsSpan(kept)) is var read and > 0)
        {
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, kept + read);
            for (var end = rest.IndexOf((byte)'\n'); end >= 0; end = rest.IndexOf((byte)'\n'))
            {
                ReadLine(rest[..end], services, ref destinations);
                rest = rest[(end + 1)..];
            }

            rest.CopyTo(buffer); // keep the incomplete line
            kept = rest.Length < buffer.Length ? rest.Length : throw InvalidLine(rest[..100]);
        }

        ReadLine(buffer.AsSpan(0, kept), services, ref destinations);
        return services;
    }

    /// <param name="line">The line.</param>
    /// <param name="services">The services so far.</param>
    /// <param name="destinations">The destinations of the current service; null outside of one.</param>
    private static void ReadLine(ReadOnlySpan<byte> line, List<ServiceSummary> services, ref List<Destination>? destinations)
    {
        if (line.StartsWith("  -> "u8))
        {
            if (!line.StartsWith("  -> RemoteAddress"u8))
            {
                destinations?.Add(ReadDestination(line[5..]));
            }
        }
        else if (Protocol(line) is { } protocol)
        {
            destinations = [];
            services.Add(new ServiceSummary(ReadService(line, protocol), destinations));
        }
        else
        {
            destinations = null; // a heading, or a skipped service: by firewall mark (its family is not printed) or of another protocol
        }
    }

    private static TransportProtocol? Protocol(ReadOnlySpan<byte> line) => line.StartsWith("TCP "u8) ? TransportProtocol.Tcp
        : line.StartsWith("UDP "u8) ? TransportProtocol.Udp
        : line.StartsWith("SCTP "u8) ? TransportProtocol.Sctp
        : null;

    private static VirtualService ReadService(ReadOnlySpan<byte> line, TransportProtocol protocol)
    {
        var rest = line[(line.IndexOf((byte)' ') + 1)..].TrimStart((byte)' ');
        var (address, port) = ReadEndpoint(ref rest);
        var scheduler = ReadWord(ref rest);
        var flags = ServiceFlags.None;
        while (!rest.IsEmpty)
        {
            var word = ReadWord(ref rest);
            flags |= word.SequenceEqual("ops"u8) ? ServiceFlags.OnePacket : word.SequenceEqual("persistent"u8) ? ServiceFlags.Persistent : ServiceFlags.None;
        }

        return new VirtualService(ServiceKey.FromKernel(address.AddressFamily, protocol, address, port, 0))
        {
            Scheduler = scheduler.SequenceEqual("wrr"u8) ? Schedulers.Wrr : Encoding.ASCII.GetString(scheduler),
            Flags = flags,
        };
    }

    private static Destination ReadDestination(ReadOnlySpan<byte> rest)
    {
        var (address, port) = ReadEndpoint(ref rest);
        var forwarding = ReadWord(ref rest);
        var weight = ReadWord(ref rest);
        return new Destination(new DestinationKey(address, port))
        {
            Forwarding = Forwarding(forwarding),
            Weight = Utf8Parser.TryParse(weight, out int value, out var used) && used == weight.Length ? value : throw InvalidLine(weight),
        };
    }

    private static ForwardingMethod Forwarding(ReadOnlySpan<byte> word) => word.SequenceEqual("Masq"u8) ? ForwardingMethod.Masquerade
        : word.SequenceEqual("Route"u8) ? ForwardingMethod.DirectRoute
        : word.SequenceEqual("Tunnel"u8) ? ForwardingMethod.Tunnel
        : word.SequenceEqual("Local"u8) ? ForwardingMethod.LocalNode
        : word.SequenceEqual("Bypass"u8) ? ForwardingMethod.Bypass
        : throw InvalidLine(word);

    /// <summary>Parses 0A090064:0050 or [2001:0db8:0000:0000:0000:0000:0000:0001]:0050.</summary>
    private static (IPAddress Address, ushort Port) ReadEndpoint(ref ReadOnlySpan<byte> rest)
    {
        var word = ReadWord(ref rest);
        var colon = word.LastIndexOf((byte)':');
        if (colon < 0 || !Utf8Parser.TryParse(word[(colon + 1)..], out ushort port, out _, 'X'))
        {
            throw InvalidLine(word);
        }

        var host = word[..colon];
        if (host is [(byte)'[', .. var inside, (byte)']'])
        {
            return (IPAddress.TryParse(inside, out var six) ? six : throw InvalidLine(word), port);
        }

        if (host.Length != 8 || !Utf8Parser.TryParse(host, out uint number, out var used, 'X') || used != host.Length)
        {
            throw InvalidLine(word);
        }

        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return (new IPAddress(bytes), port);
    }

    private static ReadOnlySpan<byte> ReadWord(ref ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart((byte)' ');
        var end = rest.IndexOf((byte)' ');
        var word = end < 0 ? rest : rest[..end];
        rest = rest[word.Length..].TrimStart((byte)' ');
        return word;
    }

    private static FormatException InvalidLine(ReadOnlySpan<byte> word) => new($"'{Encoding.ASCII.GetString(word)}' {NotUnderstood}.");
}

/// <summary>
/// A virtual service as far as /proc/net/ip_vs shows it. Scheduler flags, persistence timeout and engine, and the thresholds and tunnel types of its
/// destinations are missing there and have their defaults.
/// </summary>
/// <param name="Service">The service.</param>
/// <param name="Destinations">Its destinations, in the kernel's order.</param>
public sealed record ServiceSummary(VirtualService Service, IReadOnlyList<Destination> Destinations);
