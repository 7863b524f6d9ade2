using Gorb.Ipvs.Filters;

namespace Gorb.Doctor.Packets;

/// <summary>Whether a chain may drop a packet. It may where that depends on what is not known of the packet, or on what this program does not read of a rule.</summary>
internal static class FilterDoubt
{
    /// <summary>Returns the first chain at some hooks, in their order, that may drop the packet; null when all let it pass for certain.</summary>
    public static FilterChain? Find(IReadOnlyList<FilterChain> all, Packet packet, params IEnumerable<FilterHook> hooks) =>
        FilterWalk.ChainsAt(all, packet, hooks).FirstOrDefault(chain => !chain.Translates && MayDrop(all, chain, packet));

    private static bool MayDrop(IReadOnlyList<FilterChain> all, FilterChain chain, Packet packet)
    {
        var (drops, ends) = Follow(all, chain, packet, 0);
        return drops || (ends && chain.DropsByPolicy);
    }

    /// <returns>Whether the chain may drop the packet, and whether the packet may come to its end.</returns>
    private static (bool Drops, bool Ends) Follow(IReadOnlyList<FilterChain> all, FilterChain chain, Packet packet, int depth)
    {
        var ends = false;
        foreach (var rule in chain.Rules.Where(static rule => rule.Verdict != FilterVerdict.Continue))
        {
            var match = FilterWalk.Match(rule, packet);
            if (match == false)
            {
                continue;
            }

            var (drops, goesOn) = (false, false);
            switch (rule.Verdict)
            {
                case FilterVerdict.Accept:
                    break;
                case FilterVerdict.Return:
                    ends = true;
                    break;
                case FilterVerdict.Jump or FilterVerdict.GoTo when depth < FilterWalk.MaxDepth && FilterWalk.FindTarget(all, chain, rule) is { } target:
                    (drops, var comesBack) = Follow(all, target, packet, depth + 1);
                    goesOn = comesBack && rule.Verdict == FilterVerdict.Jump;
                    ends |= comesBack && rule.Verdict == FilterVerdict.GoTo;
                    break;
                default: // it drops, or is not understood
                    drops = true;
                    break;
            }

            if (drops)
            {
                return (true, ends);
            }

            if (match == true && !goesOn)
            {
                return (false, ends);
            }
        }

        return (false, true);
    }
}
