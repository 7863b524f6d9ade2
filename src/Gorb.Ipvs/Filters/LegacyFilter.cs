using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Gorb.Ipvs.Filters;

/// <summary>
/// Reads the tables "filter" of iptables-legacy and ip6tables-legacy, which nftables does not show. It changes nothing, and does not load the tables. Needs
/// CAP_NET_RAW and CAP_NET_ADMIN. Of the calling thread's network namespace.
/// </summary>
public static class LegacyFilter
{
    private const string Table = "filter";
    private const int GetInfo = 64, GetEntries = 65; // IPT_SO_GET_INFO, IPT_SO_GET_ENTRIES and those of ip6tables
    private const int InfoBytes = 32 + (13 * sizeof(uint)); // struct ipt_getinfo
    private const int EntriesHeader = 40; // struct ipt_get_entries: name[32], size, aligned to 8

    /// <summary>The chains INPUT, FORWARD and OUTPUT of each family whose table is loaded.</summary>
    /// <exception cref="SocketException">The kernel refused.</exception>
    public static IReadOnlyList<FilterChain> Read() => [.. Read(LegacyLayout.V4), .. Read(LegacyLayout.V6)];

    private static IEnumerable<FilterChain> Read(LegacyLayout layout)
    {
        if (!File.Exists(layout.Names) || !File.ReadLines(layout.Names).Contains(Table))
        {
            return [];
        }

        using var socket = new Socket(layout.Family, SocketType.Raw, ProtocolType.Raw);
        var info = new byte[InfoBytes];
        Encoding.ASCII.GetBytes(Table, info);
        socket.GetRawSocketOption(layout.Level, GetInfo, info);
        var size = (int)MemoryMarshal.Read<uint>(info.AsSpan(InfoBytes - sizeof(uint)));
        var entries = new byte[EntriesHeader + size];
        Encoding.ASCII.GetBytes(Table, entries);
        MemoryMarshal.Write(entries.AsSpan(32), (uint)size);
        socket.GetRawSocketOption(layout.Level, GetEntries, entries);
        return Parse(layout, info, entries.AsSpan(EntriesHeader).ToArray());
    }

    /// <summary>Splits the entries of the table into the three base chains; a hook's chain ends with the entry of its policy ("underflow").</summary>
    internal static IReadOnlyList<FilterChain> Parse(LegacyLayout layout, ReadOnlySpan<byte> info, ReadOnlySpan<byte> entries)
    {
        List<FilterChain> chains = [];
        foreach (var hook in (FilterHook[])[FilterHook.Input, FilterHook.Forward, FilterHook.Output])
        {
            var start = (int)MemoryMarshal.Read<uint>(info[(36 + (4 * (int)hook))..]); // hook_entry
            var policy = (int)MemoryMarshal.Read<uint>(info[(56 + (4 * (int)hook))..]); // underflow
            List<FilterRule> rules = [];
            for (var at = start; at < policy; at += layout.Next(entries[at..]))
            {
                rules.Add(layout.ReadRule(entries[at..], $"{rules.Count + 1}"));
            }

            chains.Add(new FilterChain
            {
                Program = layout.Program,
                Family = layout.Family == AddressFamily.InterNetwork ? "ip" : "ip6",
                Table = Table,
                Name = hook.ToString().ToUpperInvariant(),
                Hook = hook,
                DropsByPolicy = layout.ReadRule(entries[policy..], "policy").Verdict == FilterVerdict.Drop,
                Rules = rules,
            });
        }

        return chains;
    }
}

/// <summary>The layout of a rule: struct ipt_entry of linux/netfilter_ipv4/ip_tables.h, or struct ip6t_entry.</summary>
internal sealed record LegacyLayout(AddressFamily Family, int Level, string Program, string Names, int AddressBytes, int Devices, int Protocol, int Inverted, int Offsets, int Header)
{
    private const int MatchHeader = 32; // struct xt_entry_match and xt_entry_target: size, name[29], revision
    private const int InvertedIn = 0x01, InvertedOut = 0x02, InvertedSource = 0x08, InvertedDestination = 0x10, InvertedFragment = 0x20, InvertedProtocol = 0x40;

    public static LegacyLayout V4 { get; } = new(AddressFamily.InterNetwork, 0, "iptables-legacy", "/proc/net/ip_tables_names", 4, 16, 80, 83, 88, 112);

    public static LegacyLayout V6 { get; } = new(AddressFamily.InterNetworkV6, 41, "ip6tables-legacy", "/proc/net/ip6_tables_names", 16, 64, 128, 132, 140, 168);

    /// <summary>The bytes of an entry.</summary>
    public int Next(ReadOnlySpan<byte> entry) => MemoryMarshal.Read<ushort>(entry[(Offsets + 2)..]);

    public FilterRule ReadRule(ReadOnlySpan<byte> entry, string id)
    {
        List<FilterTest> tests = [];
        var inverted = entry[Inverted];
        AddAddress(tests, FilterField.Source, entry[..AddressBytes], entry[(2 * AddressBytes)..(3 * AddressBytes)], (inverted & InvertedSource) != 0);
        AddAddress(tests, FilterField.Destination, entry[AddressBytes..(2 * AddressBytes)], entry[(3 * AddressBytes)..(4 * AddressBytes)], (inverted & InvertedDestination) != 0);
        if (MemoryMarshal.Read<ushort>(entry[Protocol..]) is > 0 and var protocol)
        {
            tests.Add(new FilterTest(FilterField.Protocol, [0xFF], [(byte)protocol], [(byte)protocol], (inverted & InvertedProtocol) != 0));
        }

        var target = MemoryMarshal.Read<ushort>(entry[Offsets..]);
        var hasMore = (inverted & (InvertedIn | InvertedOut | InvertedFragment)) != 0 || entry.Slice(Devices + 32, 32).ContainsAnyExcept((byte)0);
        hasMore |= !AddMatches(tests, entry[Header..target]);
        return new FilterRule(id, tests, hasMore, ReadVerdict(entry[target..]));
    }

    private static void AddAddress(List<FilterTest> tests, FilterField field, ReadOnlySpan<byte> address, ReadOnlySpan<byte> mask, bool isNegated)
    {
        if (mask.ContainsAnyExcept((byte)0))
        {
            tests.Add(new FilterTest(field, mask.ToArray(), address.ToArray(), address.ToArray(), isNegated));
        }
    }

    /// <returns>False when there are matches other than the ports of TCP and UDP.</returns>
    private static bool AddMatches(List<FilterTest> tests, ReadOnlySpan<byte> matches)
    {
        var isComplete = true;
        while (matches.Length >= MatchHeader)
        {
            var size = MemoryMarshal.Read<ushort>(matches);
            var data = matches[MatchHeader..size];
            switch (Name(matches))
            {
                case "comment":
                    break;
                case "tcp" when data[9] == 0 && data[11] <= 3: // no flags, no option
                    AddPorts(tests, data, data[11]);
                    break;
                case "udp":
                    AddPorts(tests, data, data[8]);
                    break;
                default:
                    isComplete = false;
                    break;
            }

            matches = matches[size..];
        }

        return isComplete;
    }

    private static void AddPorts(List<FilterTest> tests, ReadOnlySpan<byte> ports, int inverted)
    {
        Add(FilterField.SourcePort, ports, (inverted & 1) != 0);
        Add(FilterField.DestinationPort, ports[4..], (inverted & 2) != 0);

        void Add(FilterField field, ReadOnlySpan<byte> range, bool isNegated)
        {
            var (min, max) = (MemoryMarshal.Read<ushort>(range), MemoryMarshal.Read<ushort>(range[2..]));
            if ((min, max) != (0, ushort.MaxValue))
            {
                tests.Add(new FilterTest(field, [0xFF, 0xFF], BigEndian(min), BigEndian(max), isNegated));
            }
        }
    }

    private static byte[] BigEndian(ushort number)
    {
        var bytes = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, number);
        return bytes;
    }

    private static FilterVerdict ReadVerdict(ReadOnlySpan<byte> target) => Name(target) switch
    {
        "" => MemoryMarshal.Read<int>(target[MatchHeader..]) switch
        {
            -1 => FilterVerdict.Drop,
            -2 => FilterVerdict.Accept,
            -5 => FilterVerdict.Return,
            _ => FilterVerdict.Unknown, // a jump, by the offset of its chain
        },
        "REJECT" => FilterVerdict.Drop,
        "LOG" or "NFLOG" or "MARK" or "CONNMARK" => FilterVerdict.Continue,
        _ => FilterVerdict.Unknown,
    };

    private static string Name(ReadOnlySpan<byte> header)
    {
        var name = header[2..31];
        var end = name.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? name : name[..end]);
    }
}
