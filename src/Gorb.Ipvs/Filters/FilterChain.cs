namespace Gorb.Ipvs.Filters;

/// <summary>Where in the kernel a base chain sees packets: NF_INET_* of linux/netfilter.h.</summary>
public enum FilterHook
{
    /// <summary>Packets that come in, before routing.</summary>
    Prerouting = 0,

    /// <summary>Packets for this host; here IPVS takes those of its services, after the rules of type filter.</summary>
    Input = 1,

    /// <summary>Packets that are forwarded, such as the replies of NAT backends.</summary>
    Forward = 2,

    /// <summary>Packets of this host, and those that IPVS sends to backends.</summary>
    Output = 3,

    /// <summary>All packets that leave.</summary>
    Postrouting = 4,
}

/// <summary>A part of a packet that a rule tests.</summary>
public enum FilterField
{
    /// <summary>The address family, one byte: NFPROTO_IPV4 (2) or NFPROTO_IPV6 (10).</summary>
    Family,

    /// <summary>The transport protocol, one byte.</summary>
    Protocol,

    /// <summary>The source address of IPv4, four bytes, or of IPv6, sixteen.</summary>
    Source,

    /// <summary>The destination address of IPv4, four bytes, or of IPv6, sixteen.</summary>
    Destination,

    /// <summary>The source port, two bytes in network order.</summary>
    SourcePort,

    /// <summary>The destination port, two bytes in network order.</summary>
    DestinationPort,

    /// <summary>The index of the device that the packet comes in by, four bytes in host order; 1 is lo.</summary>
    InputLink,

    /// <summary>The name of the device that the packet comes in by, sixteen bytes.</summary>
    InputName,

    /// <summary>The state of connection tracking, four bytes in host order: NF_CT_STATE_* of linux/netfilter/nf_conntrack_common.h.</summary>
    TrackingState,
}

/// <summary>What becomes of a packet that a rule matches.</summary>
public enum FilterVerdict
{
    /// <summary>It goes on to the next rule.</summary>
    Continue,

    /// <summary>This chain lets it pass.</summary>
    Accept,

    /// <summary>It is dropped or rejected.</summary>
    Drop,

    /// <summary>It passes the rules of another chain, and comes back.</summary>
    Jump,

    /// <summary>It passes the rules of another chain, and does not come back.</summary>
    GoTo,

    /// <summary>It goes back to where this chain was jumped to; in a base chain, to its policy.</summary>
    Return,

    /// <summary>Something that this library does not read, such as an extension of iptables.</summary>
    Unknown,
}

/// <summary>A test of a rule: the field, masked, is in a range.</summary>
/// <param name="Field">The field.</param>
/// <param name="Mask">The bits that count; as many bytes as the bounds have.</param>
/// <param name="Min">The lower bound, in network order.</param>
/// <param name="Max">The upper bound, in network order.</param>
/// <param name="IsNegated">True when the rule matches what is not in the range.</param>
public sealed record FilterTest(FilterField Field, byte[] Mask, byte[] Min, byte[] Max, bool IsNegated)
{
    /// <summary>True when a value of the field passes the test; a value of another length (of the other family) does not.</summary>
    public bool Passes(ReadOnlySpan<byte> value)
    {
        if (value.Length != Min.Length)
        {
            return false;
        }

        Span<byte> masked = stackalloc byte[value.Length];
        for (var i = 0; i < value.Length; i++)
        {
            masked[i] = (byte)(value[i] & Mask[i]);
        }

        var isIn = masked.SequenceCompareTo(Min) >= 0 && masked.SequenceCompareTo(Max) <= 0;
        return isIn != IsNegated;
    }
}

/// <summary>A rule of a chain.</summary>
/// <param name="Id">Its handle (nftables) or number from 1 (iptables), by which it is deleted.</param>
/// <param name="Tests">All tests of it that this library reads; a packet must pass each.</param>
/// <param name="HasMore">True when it also tests what this library does not read (interfaces, connection tracking, sets).</param>
/// <param name="Verdict">What becomes of a packet that matches.</param>
/// <param name="Target">The other chain of a jump.</param>
public sealed record FilterRule(string Id, IReadOnlyList<FilterTest> Tests, bool HasMore, FilterVerdict Verdict, string? Target = null);

/// <summary>A chain of the packet filter.</summary>
public sealed record FilterChain
{
    /// <summary>The program that manages it: nft, iptables-legacy or ip6tables-legacy.</summary>
    public required string Program { get; init; }

    /// <summary>Its family as nft writes it: ip, ip6, inet, bridge, netdev, arp.</summary>
    public required string Family { get; init; }

    /// <summary>Its table.</summary>
    public required string Table { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>True when its rules translate addresses (type nat) rather than decide whether a packet passes.</summary>
    public bool Translates { get; init; }

    /// <summary>Where it sees packets; null for a chain that rules jump to.</summary>
    public FilterHook? Hook { get; init; }

    /// <summary>True when packets that no rule decides are dropped.</summary>
    public bool DropsByPolicy { get; init; }

    /// <summary>Its rules, in order.</summary>
    public IReadOnlyList<FilterRule> Rules { get; init; } = [];
}
