using System.Buffers.Binary;
using System.Net;

namespace Gorb.Ipvs.Nftables;

/// <summary>Finds out what a table of the kernel translates, and whether its rules are those of <see cref="TableLayout"/>.</summary>
internal static class TableParser
{
    private const int RuleOfPort = 5, RuleOfAnyPort = 1, RuleOfBytes = 7, RuleOfBits = 9; // numbers of expressions
    private const uint Return = unchecked((uint)-5); // NFT_RETURN

    public static MasqueradeState Parse(RawTable? table, uint generation)
    {
        if (table is null)
        {
            return new MasqueradeState(Exists: false, IsIntact: false, MasqueradeRules.None, generation);
        }

        var rules = new MasqueradeRules(ParseServices(table), ParseNetworks(table));
        return new MasqueradeState(Exists: true, table.IsPlain && Matches(table, rules), rules, generation);
    }

    /// <summary>True when the table has exactly the rules that it should have.</summary>
    private static bool Matches(RawTable table, MasqueradeRules rules)
    {
        var groups = TableLayout.GroupsOf(rules);
        var chains = TableLayout.FixedChains(rules.Networks).Concat(groups.Select(static group => TableLayout.ChainOf(group.Key, group.Value))).ToList();
        return table.Chains.Count == chains.Count
            && chains.TrueForAll(chain => table.Chains.TryGetValue(chain.Name, out var shown) && shown.Matches(chain))
            && table.Maps.Count == TableLayout.Maps.Count
            && TableLayout.Maps.All(map => table.Maps.TryGetValue(map.Name, out var shown)
                && shown.Matches(map)
                && Elements(shown.Elements).SetEquals(Elements(groups.Keys.Where(group => group.Map == map).Select(static group => (group.Key, (string?)group.Chain)))));
    }

    private static HashSet<(string Key, string? Chain)> Elements(IEnumerable<(byte[] Key, string? Chain)> elements) =>
        [.. elements.Select(static element => (Convert.ToHexString(element.Key), element.Chain))];

    private static Dictionary<ServiceKey, MasqueradeMode> ParseServices(RawTable table)
    {
        var services = new Dictionary<ServiceKey, MasqueradeMode>();
        foreach (var map in TableLayout.Maps.Where(map => table.Maps.TryGetValue(map.Name, out var shown) && shown.Matches(map)))
        {
            foreach (var (key, chain) in table.Maps[map.Name].Elements.Where(element => element.Key.Length == map.KeyBytes))
            {
                var (address, protocol) = (new IPAddress(key.AsSpan(0, map.AddressBytes)), (TransportProtocol)key[map.AddressBytes]);
                foreach (var (port, mode) in chain is not null && table.Chains.TryGetValue(chain, out var rules) ? rules.Rules.Select(ParsePort).OfType<(ushort, MasqueradeMode)>() : [])
                {
                    services[ServiceKey.FromKernel(address.AddressFamily, protocol, address, port, 0)] = mode;
                }
            }
        }

        return services;
    }

    private static (ushort Port, MasqueradeMode Mode)? ParsePort(List<RawExpression> rule)
    {
        if (rule.Count is not (RuleOfPort or RuleOfAnyPort) || ParseMode(rule[^1]) is not { } mode)
        {
            return null;
        }

        return rule.Count == RuleOfAnyPort ? (0, mode)
            : ValueOf(rule[3]) is { Length: sizeof(ushort) } port ? (BinaryPrimitives.ReadUInt16BigEndian(port), mode)
            : null;
    }

    private static MasqueradeMode? ParseMode(RawExpression verdict) =>
        verdict.Find(2, (ushort)DataAttribute.Verdict, (ushort)VerdictAttribute.Chain) is { } chain
            ? TableReader.ReadText(chain) switch
            {
                TableLayout.Translate => MasqueradeMode.Always,
                TableLayout.Automatic => MasqueradeMode.Automatic,
                _ => null,
            }
            : verdict.Find(2, (ushort)DataAttribute.Verdict, (ushort)VerdictAttribute.Code) is { Length: sizeof(uint) } code
                && BinaryPrimitives.ReadUInt32BigEndian(code) == Return ? MasqueradeMode.Never
            : null;

    private static List<IPNetwork> ParseNetworks(RawTable table) => table.Chains.TryGetValue(TableLayout.Automatic, out var chain)
        ? [.. chain.Rules.Select(ParseNetwork).OfType<IPNetwork>()]
        : [];

    /// <summary>A network of whole bytes is compared without a mask.</summary>
    private static IPNetwork? ParseNetwork(List<RawExpression> rule) =>
        rule.Count is not (RuleOfBytes or RuleOfBits) || ValueOf(rule[1]) is not [var family] ? null
        : rule.Count == RuleOfBytes ? ToNetwork(family, ValueOf(rule[3]), 8 * (ValueOf(rule[3])?.Length ?? 0))
        : ToNetwork(family, ValueOf(rule[4]), rule[3].Find(4, (ushort)DataAttribute.Value)?.Sum(static part => byte.PopCount(part)) ?? 0);

    /// <returns>Null for what is no network: the rule is another program's.</returns>
    private static IPNetwork? ToNetwork(byte family, byte[]? start, int length)
    {
        var address = new byte[family == TableLayout.Ipv4 ? 4 : 16];
        start?.AsSpan(0, Math.Min(start.Length, address.Length)).CopyTo(address);
        return IPNetwork.TryParse($"{new IPAddress(address)}/{length}", out var network) ? network : null;
    }

    /// <summary>The value that a comparison has.</summary>
    private static byte[]? ValueOf(RawExpression comparison) => comparison.Find(3, (ushort)DataAttribute.Value);
}
