namespace Gorb.Ipvs.Nftables;

/// <summary>A key of connection tracking (NFT_CT_*).</summary>
internal enum ConntrackKey : uint
{
    DestinationPort = 12,  // NFT_CT_PROTO_DST
    Destination4 = 20,     // NFT_CT_DST_IP   no match for an IPv6 flow
    Destination6 = 22,     // NFT_CT_DST_IP6  no match for an IPv4 flow
}

/// <summary>A key of packets (NFT_META_*).</summary>
internal enum MetaKey : uint
{
    Family = 15,     // NFT_META_NFPROTO
    Transport = 16,  // NFT_META_L4PROTO
}

/// <summary>Builds the expressions of rules (linux/netfilter/nf_tables.h). The comments give what nft shows for them.</summary>
internal static class Expressions
{
    /// <summary>The first register (NFT_REG_1): 16 bytes.</summary>
    public const uint First = 1;

    private const uint VerdictRegister = 0; // NFT_REG_VERDICT
    private const uint Goto = unchecked((uint)-4); // NFT_GOTO
    private const uint Return = unchecked((uint)-5); // NFT_RETURN
    private const uint NetworkHeader = 1; // NFT_PAYLOAD_NETWORK_HEADER
    private const byte Original = 0; // IP_CT_DIR_ORIGINAL
    private const uint OfDestination = 1 << 1; // NFTA_FIB_F_DADDR
    private const uint AddressType = 3; // NFT_FIB_RESULT_ADDRTYPE
    private const uint Local = 2; // RTN_LOCAL

    /// <summary>The register behind a value of some bytes in the first register.</summary>
    public static uint Behind(int bytes) => bytes % 16 == 0
        ? First + ((uint)bytes / 16) // NFT_REG_2, NFT_REG_3
        : 8 + ((uint)bytes / 4); // NFT_REG32_00 and following, of four bytes

    /// <summary>ct original KEY: what the first packet of the flow had when it arrived.</summary>
    public static Expression LoadOriginal(ConntrackKey key, uint register) =>
        new("ct", Field.Of(1, register), Field.Of(2, (uint)key), Field.Of(3, [Original]));

    /// <summary>meta KEY</summary>
    public static Expression LoadMeta(MetaKey key, uint register) => new("meta", Field.Of(1, register), Field.Of(2, (uint)key));

    /// <summary>Bytes of the network header: ip saddr and others.</summary>
    public static Expression LoadHeader(int offset, int length) =>
        new("payload", Field.Of(1, First), Field.Of(2, NetworkHeader), Field.Of(3, (uint)offset), Field.Of(4, (uint)length));

    /// <summary>Keeps the bits of a mask: the length of a network.</summary>
    public static Expression Mask(byte[] mask) => new("bitwise", Field.Of(1, First), Field.Of(2, First), Field.Of(3, (uint)mask.Length),
        Field.Nest(4, Value(mask)), Field.Nest(5, Value(new byte[mask.Length])));

    public static Expression Equal(params byte[] value) => Compare(0, value);

    public static Expression Differs(params byte[] value) => Compare(1, value);

    /// <summary>vmap @MAP: the verdict of the element whose key is in the first register; no match without one.</summary>
    public static Expression LookUp(string map) => new("lookup", Field.Of(1, map), Field.Of(2, First), Field.Of(3, VerdictRegister));

    public static Expression GoTo(string chain) => Immediate(GoToVerdict(chain));

    public static Expression EndChain() => Immediate(Field.Nest((ushort)DataAttribute.Verdict, Field.Of((ushort)VerdictAttribute.Code, Return)));

    /// <summary>The verdict to go to a chain, as the data of a map's element.</summary>
    public static Field GoToVerdict(string chain) => Field.Nest((ushort)DataAttribute.Verdict,
        Field.Of((ushort)VerdictAttribute.Code, Goto), Field.Of((ushort)VerdictAttribute.Chain, chain));

    /// <summary>fib daddr type local: the packet is for this host.</summary>
    public static IEnumerable<Expression> IsLocal() =>
        [new("fib", Field.Of(1, First), Field.Of(2, AddressType), Field.Of(3, OfDestination)), Equal(BitConverter.GetBytes(Local))];

    public static Expression Masquerade() => new("masq");

    private static Expression Compare(uint operation, byte[] value) =>
        new("cmp", Field.Of(1, First), Field.Of(2, operation), Field.Nest(3, Value(value)));

    private static Expression Immediate(Field verdict) => new("immediate", Field.Of(1, VerdictRegister), Field.Nest(2, verdict));

    private static Field Value(byte[] bytes) => Field.Of((ushort)DataAttribute.Value, bytes);
}
