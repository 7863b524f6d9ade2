using Gorb.Ipvs.Filters;

namespace Gorb.Doctor.Packets;

/// <summary>Walks a packet through the rules of a chain. Where a rule that may match could let the packet pass, nothing is claimed.</summary>
internal static class FilterWalk
{
    /// <summary>The kernel allows 16 jumps, one inside the other.</summary>
    internal const int MaxDepth = 16;

    /// <summary>Finds the drops by the chains at some hooks, in the order of the hooks.</summary>
    public static IEnumerable<FilterDecision> FindDrops(IReadOnlyList<FilterChain> all, Packet packet, params IEnumerable<FilterHook> hooks) =>
        ChainsAt(all, packet, hooks).Select(chain => Decide(all, chain, packet)).Where(static decision => decision.IsDropped);

    /// <summary>The chains at some hooks that see a packet.</summary>
    internal static IEnumerable<FilterChain> ChainsAt(IReadOnlyList<FilterChain> all, Packet packet, IEnumerable<FilterHook> hooks) =>
        hooks.SelectMany(hook => all.Where(chain => chain.Hook == hook && packet.IsSeenBy(chain)));

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
                case FilterVerdict.Jump or FilterVerdict.GoTo when match == true && depth < MaxDepth && FindTarget(all, chain, rule) is { } target:
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

    /// <summary>The chain that a rule jumps or goes to; null when it is not there.</summary>
    internal static FilterChain? FindTarget(IReadOnlyList<FilterChain> all, FilterChain from, FilterRule rule) =>
        all.FirstOrDefault(chain => chain.Program == from.Program && chain.Family == from.Family && chain.Table == from.Table && chain.Name == rule.Target);

    /// <returns>Whether the rule matches; null when that depends on what is not known.</returns>
    internal static bool? Match(FilterRule rule, Packet packet)
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
