using Gorb.Ipvs.Nftables;
using Gorb.Model;

namespace Gorb.Targets.Host.Masquerade;

/// <summary>The rules at the time they were read.</summary>
/// <param name="target">The target.</param>
/// <param name="have">The table; null when nothing has used nf_tables, so that there is none.</param>
/// <param name="isCurrent">Whether the rules around the entries are as they should be.</param>
internal sealed class MasqueradeObservation(MasqueradeTarget target, MasqueradeState? have, bool isCurrent) : IObservation
{
    public IRepair Plan(Table wanted)
    {
        var wishes = MasqueradeWishes.Of(wanted);
        var present = have?.Rules.Services ?? MasqueradeRules.None.Services;
        var others = target.FindOfOthers(present.Keys.Where(key => !wishes.ContainsKey(key))).ToLookup(static entry => entry.IsOfAnother, static entry => entry.Key);
        List<MasqueradeChange> changes =
        [
            .. others[false].Select(static key => new MasqueradeChange(key, null)),
            .. wishes.Where(wish => !present.TryGetValue(wish.Key, out var mode) || mode != wish.Value).Select(static wish => new MasqueradeChange(wish.Key, wish.Value)),
        ];
        var isNeeded = wishes.Count > 0 || others[true].Any();
        if (have is { Exists: true } && (isNeeded ? !isCurrent : present.Count == 0))
        {
            changes.Add(new MasqueradeChange(null, isNeeded ? MasqueradeMode.Always : null));
        }

        return new MasqueradePlan(target, changes);
    }
}
