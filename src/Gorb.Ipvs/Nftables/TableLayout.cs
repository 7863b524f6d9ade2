using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Gorb.Ipvs.Nftables;

/// <summary>A rule: its expressions in order.</summary>
internal sealed record Rule(params IReadOnlyList<Expression> Expressions);

/// <summary>A chain with its rules.</summary>
/// <param name="Name">The name.</param>
/// <param name="IsHooked">True for the chain that the kernel calls (nat, postrouting, priority srcnat); false for one that rules go to.</param>
/// <param name="Rules">The rules in order.</param>
internal sealed record Chain(string Name, bool IsHooked, IReadOnlyList<Rule> Rules)
{
    public const string Type = "nat";
    public const uint Hook = 4; // NF_INET_POST_ROUTING
    public const uint Priority = 100; // NF_IP_PRI_NAT_SRC
    public const uint Accept = 1; // NF_ACCEPT
}

/// <summary>A map from an address and a transport protocol to the chain of that address.</summary>
/// <param name="Name">The name.</param>
/// <param name="KeyType">The types of the key's parts as nft numbers them, six bits each.</param>
/// <param name="AddressBytes">The length of the address.</param>
internal sealed record VerdictMap(string Name, uint KeyType, int AddressBytes)
{
    public const uint Flags = 8; // NFT_SET_MAP
    public const uint Verdicts = 0xFFFFFF00; // NFT_DATA_VERDICT

    private const int TypeBits = 6;
    private const uint Ipv4Address = 7, Ipv6Address = 8, Transport = 12; // TYPE_IPADDR, TYPE_IP6ADDR, TYPE_INET_PROTOCOL of nft

    public static VerdictMap Ipv4 { get; } = new("services4", (Ipv4Address << TypeBits) | Transport, 4);

    public static VerdictMap Ipv6 { get; } = new("services6", (Ipv6Address << TypeBits) | Transport, 16);

    /// <summary>Each part of a key takes a multiple of four bytes.</summary>
    public int KeyBytes => AddressBytes + sizeof(uint);

    public static VerdictMap Of(AddressFamily family) => family == AddressFamily.InterNetwork ? Ipv4 : Ipv6;
}

/// <summary>The services of one address and transport protocol. They have a chain of their own, which tells their ports apart.</summary>
/// <param name="Address">The virtual address.</param>
/// <param name="Protocol">The transport protocol.</param>
internal readonly record struct ServiceGroup(IPAddress Address, TransportProtocol Protocol)
{
    public VerdictMap Map => VerdictMap.Of(Address.AddressFamily);

    /// <summary>The name of the chain: tcp-10.0.0.1, tcp-fd00_9__1.</summary>
    public string Chain => $"{Protocol.ToString().ToLowerInvariant()}-{Address.ToString().Replace(':', '_')}";

    public byte[] Key => [.. Address.GetAddressBytes(), (byte)Protocol, 0, 0, 0];

    public static ServiceGroup Of(ServiceKey service) => new(service.Address!, service.Protocol);
}

/// <summary>
/// The rules as the kernel has them. nft shows and reads all of them, so that a saved ruleset can be loaded again; a single map of addresses and ports would do,
/// but nft cannot read it.
/// </summary>
internal static class TableLayout
{
    public const string Translate = "translate";
    public const string Automatic = "automatic";
    public const string Hooked = "postrouting";

    public const byte Ipv4 = 2, Ipv6 = 10; // NFPROTO_IPV4, NFPROTO_IPV6

    public static IReadOnlyList<VerdictMap> Maps { get; } = [VerdictMap.Ipv4, VerdictMap.Ipv6];

    /// <summary>The chains that do not depend on the services, in an order in which each goes only to those before it.</summary>
    public static IReadOnlyList<Chain> FixedChains(IReadOnlyList<IPNetwork> networks) =>
    [
        new(Translate, IsHooked: false,
        [
            new([.. Expressions.IsLocal(), Expressions.EndChain()]), // IPVS left the address as it is: direct routing
            new(Expressions.Masquerade()),
        ]),
        new(Automatic, IsHooked: false, [.. networks.Select(static network => KeepOthers(network)), new(Expressions.GoTo(Translate))]),
        new(Hooked, IsHooked: true, [.. Maps.Select(static map => Dispatch(map))]),
    ];

    /// <summary>Tells the ports of an address apart. Port 0, which stands for all others, comes last.</summary>
    public static Chain ChainOf(ServiceGroup group, IEnumerable<(ushort Port, MasqueradeMode Mode)> ports) =>
        new(group.Chain, IsHooked: false, [.. Sort(ports).Select(port => RuleOf(group.Protocol, port.Port, port.Mode))]);

    public static Dictionary<ServiceGroup, List<(ushort Port, MasqueradeMode Mode)>> GroupsOf(MasqueradeRules rules) => rules.Services
        .GroupBy(static service => ServiceGroup.Of(service.Key), static service => (service.Key.Port, Mode: service.Value))
        .ToDictionary(static group => group.Key, static group => Sort(group));

    private static List<(ushort Port, MasqueradeMode Mode)> Sort(IEnumerable<(ushort Port, MasqueradeMode Mode)> ports) =>
        [.. ports.OrderBy(static port => port.Port == 0).ThenBy(static port => port.Port)];

    /// <summary>ct original ip daddr . meta l4proto vmap @services4</summary>
    private static Rule Dispatch(VerdictMap map) => new(
        Expressions.LoadOriginal(map == VerdictMap.Ipv4 ? ConntrackKey.Destination4 : ConntrackKey.Destination6, Expressions.First),
        Expressions.LoadMeta(MetaKey.Transport, Expressions.Behind(map.AddressBytes)),
        Expressions.LookUp(map.Name));

    /// <summary>meta l4proto tcp ct original proto-dst 80 goto translate</summary>
    private static Rule RuleOf(TransportProtocol protocol, ushort port, MasqueradeMode mode)
    {
        var verdict = mode switch
        {
            MasqueradeMode.Never => Expressions.EndChain(),
            MasqueradeMode.Always => Expressions.GoTo(Translate),
            _ => Expressions.GoTo(Automatic),
        };
        return port == 0 ? new(verdict) : new(
            Expressions.LoadMeta(MetaKey.Transport, Expressions.First),
            Expressions.Equal((byte)protocol),
            Expressions.LoadOriginal(ConntrackKey.DestinationPort, Expressions.First),
            Expressions.Equal(ToBytes(port)),
            verdict);
    }

    /// <summary>ip daddr NETWORK ip saddr != NETWORK return</summary>
    private static Rule KeepOthers(IPNetwork network)
    {
        var isIpv4 = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
        var (source, destination, family) = isIpv4 ? (12, 16, Ipv4) : (8, 24, Ipv6);
        var (address, mask) = (network.BaseAddress.GetAddressBytes(), Array.Empty<Expression>());
        if (network.PrefixLength % 8 == 0) // as nft does it, so that its rules count as intact: it compares whole bytes without a mask
        {
            address = address[..(network.PrefixLength / 8)];
        }
        else
        {
            mask = [Expressions.Mask(MaskOf(address.Length, network.PrefixLength))];
        }

        return new(
        [
            Expressions.LoadMeta(MetaKey.Family, Expressions.First),
            Expressions.Equal(family),
            Expressions.LoadHeader(destination, address.Length),
            .. mask,
            Expressions.Equal(address),
            Expressions.LoadHeader(source, address.Length),
            .. mask,
            Expressions.Differs(address),
            Expressions.EndChain(),
        ]);
    }

    private static byte[] MaskOf(int size, int length)
    {
        var mask = new byte[size];
        for (var bit = 0; bit < length; bit++)
        {
            mask[bit / 8] |= (byte)(0x80 >> (bit % 8));
        }

        return mask;
    }

    private static byte[] ToBytes(ushort port)
    {
        var bytes = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, port);
        return bytes;
    }
}
