using System.Buffers.Binary;
using Gorb.Ipvs.Interop;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Filters;

/// <summary>
/// Reads the chains and rules of nftables (nf_tables netlink), also those that iptables-nft makes. It changes nothing. Needs CAP_NET_ADMIN. Synchronous, and
/// not thread-safe; of the network namespace of the thread that makes the first call.
/// </summary>
public sealed class NftablesFilter : IDisposable
{
    private const int Subsystem = 10 << 8; // NFNL_SUBSYS_NFTABLES
    private const MessageType GetChains = (MessageType)(Subsystem | 4), GetRules = (MessageType)(Subsystem | 7);
    private const string Program = "nft";

    private readonly NetlinkConnection _connection;
    private readonly RequestBatch _request = new();

    internal NftablesFilter(Func<INetlinkSocket> open) => _connection = new NetlinkConnection(open);

    /// <summary>Makes a reader of the running kernel.</summary>
    public static NftablesFilter Create() => new(KernelSocket.OpenNetfilter);

    /// <summary>All chains of all tables, with their rules; none on a kernel without nftables.</summary>
    /// <exception cref="FilterException">The kernel refused.</exception>
    /// <exception cref="NetlinkException">The netlink exchange broke.</exception>
    public IReadOnlyList<FilterChain> Read()
    {
        var chains = Dump(GetChains, ReadChain, "read the chains");
        var rules = chains.Count == 0 ? [] : Dump(GetRules, ReadRule, "read the rules");
        var byChain = rules.ToLookup(static rule => rule.Chain, static rule => rule.Rule);
        return [.. chains.Select(chain => chain with { Rules = [.. byChain[(chain.Family, chain.Table, chain.Name)]] })];
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private List<T> Dump<T>(MessageType type, ReplyParser<T> parse, string operation)
    {
        _request.Clear();
        var body = _request.Begin(type, MessageFlags.Dump);
        body.WriteFixed(default(uint)); // struct nfgenmsg: every family
        _request.End(body);
        var error = _connection.Dump(_request, parse, out var values);
        return error switch
        {
            null => values,
            { Errno: Errno.EINVAL or Errno.EOPNOTSUPP or Errno.EPROTONOSUPPORT } => [], // nfnetlink without nf_tables
            { } refusal => throw new FilterException($"{operation}: {refusal.Errno}{(refusal.Errno is Errno.EPERM ? " (it needs CAP_NET_ADMIN)" : "")}", refusal.Errno),
        };
    }

    private static FilterChain ReadChain(ReadOnlySpan<byte> body)
    {
        var (table, name) = ("", "");
        FilterHook? hook = null;
        var (drops, translates) = (false, false);
        var attributes = new AttributeReader(Attributes(body));
        while (attributes.Read())
        {
            switch (attributes.Type)
            {
                case 1: // NFTA_CHAIN_TABLE
                    table = attributes.AsText();
                    break;
                case 3: // NFTA_CHAIN_NAME
                    name = attributes.AsText();
                    break;
                case 4: // NFTA_CHAIN_HOOK
                    hook = ReadHook(attributes.AsNest());
                    break;
                case 5: // NFTA_CHAIN_POLICY
                    drops = attributes.AsBigEndian() == 0; // NF_DROP
                    break;
                case 7: // NFTA_CHAIN_TYPE
                    translates = attributes.AsText() == "nat";
                    break;
            }
        }

        return new FilterChain { Program = Program, Family = FamilyName(body[0]), Table = table, Name = name, Hook = hook, DropsByPolicy = drops, Translates = translates };
    }

    private static FilterHook? ReadHook(AttributeReader hook)
    {
        while (hook.Read())
        {
            if (hook.Type == 1) // NFTA_HOOK_HOOKNUM
            {
                return (FilterHook)hook.AsBigEndian();
            }
        }

        return null;
    }

    private static ((string Family, string Table, string Chain) Chain, FilterRule Rule) ReadRule(ReadOnlySpan<byte> body)
    {
        var (table, chain) = ("", "");
        ulong handle = 0;
        var rule = new NftablesRule();
        var attributes = new AttributeReader(Attributes(body));
        while (attributes.Read())
        {
            switch (attributes.Type)
            {
                case 1: // NFTA_RULE_TABLE
                    table = attributes.AsText();
                    break;
                case 2: // NFTA_RULE_CHAIN
                    chain = attributes.AsText();
                    break;
                case 3: // NFTA_RULE_HANDLE
                    handle = BinaryPrimitives.ReverseEndianness(attributes.AsUInt64());
                    break;
                case 4: // NFTA_RULE_EXPRESSIONS
                    rule.Read(attributes.AsNest());
                    break;
            }
        }

        return ((FamilyName(body[0]), table, chain), rule.ToRule($"{handle}"));
    }

    private static ReadOnlySpan<byte> Attributes(ReadOnlySpan<byte> body) => body.Length >= sizeof(uint)
        ? body[sizeof(uint)..]
        : throw new NetlinkProtocolException($"A message of nftables has {body.Length} bytes.");

    private static string FamilyName(byte family) => family switch
    {
        1 => "inet",
        2 => "ip",
        3 => "arp",
        5 => "netdev",
        7 => "bridge",
        10 => "ip6",
        _ => $"family {family}",
    };
}

/// <summary>The kernel refused to show its packet filter.</summary>
public sealed class FilterException : Exception
{
    internal FilterException(string message, Errno errno)
        : base(message) => Errno = errno;

    /// <summary>The kernel's error number.</summary>
    public Errno Errno { get; }
}
