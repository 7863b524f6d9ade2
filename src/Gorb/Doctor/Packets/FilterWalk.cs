using Gorb.Ipvs.Filters;

namespace Gorb.Doctor.Packets;

/// <summary>What a chain decides about a packet, as far as that is certain.</summary>
/// <param name="IsDropped">True when the packet is dropped whatever is not known of it; false also when that is uncertain.</param>
/// <param name="Chain">The chain that decides.</param>
/// <param name="Rule">The rule that decides; null for the policy.</param>
internal sealed record FilterDecision(bool IsDropped, FilterChain Chain, FilterRule? Rule);

/// <summary>Walks a packet through the rules of a chain. Where a rule that may match could let the packet pass, nothing is claimed.</summary>
internal static class FilterWalk
{
    /// <summary>The kernel allows 16 jumps, one inside the other.</summary>
    private const int MaxDepth = 16;

    public static FilterDecision Decide(IReadOnlyList<FilterChain> all, FilterChain chain, Packet packet) =>
        Walk(all, chain, packet, 0) ?? new FilterDecision(chain.DropsByPolicy, chain, null);

    /// <returns>The decision; null when the packet comes to the end of the chain.</returns>
    private static FilterDecision? Walk(IReadOnlyList<FilterChain> all, FilterChain chain, Packet packet, int depth)
    {
        foreach (var rule in chain.Rules.Where(static rule => rule.Verdict != FilterVerdict.Continue))
        {
            var match = Match(rule, packet);
            if (match == false)
            {
                continue;
            }

            switch (rule.Verdict)
            {
                case FilterVerdict.Drop when match == true:
                    return new FilterDecision(true, chain, rule);
                case FilterVerdict.Drop:
                    break; // a packet that this rule does not match goes on
                case FilterVerdict.Return when match == true:
                    return null;
                case FilterVerdict.Jump or FilterVerdict.GoTo when match == true && depth < MaxDepth && Find(all, chain, rule.Target) is { } target:
                    if (Walk(all, target, packet, depth + 1) is { } decision)
                    {
                        return decision;
                    }

                    if (rule.Verdict == FilterVerdict.GoTo)
                    {
                        return null;
                    }

                    break;
                default: // it accepts, or may
                    return new FilterDecision(false, chain, rule);
            }
        }

        return null;
    }

    private static FilterChain? Find(IReadOnlyList<FilterChain> all, FilterChain from, string? name) =>
        all.FirstOrDefault(chain => chain.Program == from.Program && chain.Family == from.Family && chain.Table == from.Table && chain.Name == name);

    /// <returns>Whether the rule matches; null when that depends on what is not known.</returns>
    private static bool? Match(FilterRule rule, Packet packet)
    {
        bool? isMatch = rule.HasMore ? null : true;
        foreach (var test in rule.Tests)
        {
            if (packet.Value(test.Field) is not { } value)
            {
                switch (packet.FromOutside(test))
                {
                    case false:
                        return false;
                    case null:
                        isMatch = null;
                        break;
                }
            }
            else if (!test.Passes(value))
            {
                return false;
            }
        }

        return isMatch;
    }
}
