using Gorb.Ipvs.Filters;

namespace Gorb.Doctor.Packets;

/// <summary>What a chain decides about a packet, as far as that is certain.</summary>
/// <param name="IsDropped">True when the packet is dropped whatever is not known of it; false also when that is uncertain.</param>
/// <param name="Chain">The chain that decides.</param>
/// <param name="Rule">The rule that decides; null for the policy.</param>
internal sealed record FilterDecision(bool IsDropped, FilterChain Chain, FilterRule? Rule)
{
    /// <summary>What decides, for a reader.</summary>
    public string Place => Rule is { } rule ? $"rule {rule.Id} of {NameOf(Chain)}" : $"the policy of {NameOf(Chain)}";

    /// <summary>The command that removes the rule, or changes the policy to accept.</summary>
    public string Command
    {
        get
        {
            var (family, table, name) = (Chain.Family, ShellText.Quote(Chain.Table), ShellText.Quote(Chain.Name));
            return (Chain.Program == "nft", Rule) switch
            {
                (true, null) => $"nft 'chain {family} {table} {name} {{ policy accept; }}'",
                (true, { } rule) => $"nft delete rule {family} {table} {name} handle {rule.Id}",
                (false, null) => $"{Chain.Program} -P {name} ACCEPT",
                (false, { } rule) => $"{Chain.Program} -D {name} {rule.Id}",
            };
        }
    }

    public static string NameOf(FilterChain chain) => $"chain {chain.Name} of table {chain.Family} {chain.Table} ({chain.Program})";
}
