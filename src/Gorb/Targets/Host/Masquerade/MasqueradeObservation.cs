using Gorb.Ipvs;
using Gorb.Ipvs.Nftables;
using Gorb.Model;

namespace Gorb.Targets.Host.Masquerade;

/// <summary>The rules at the time they were read.</summary>
/// <param name="target">The target.</param>
/// <param name="have">The table; null when nothing has used nf_tables, so that there is none.</param>
/// <param name="isCurrent">Whether the rules around the entries are as they should be.</param>
internal sealed class MasqueradeObservation(MasqueradeTarget target, MasqueradeState? have, bool isCurrent) : IObservation
{
    public Table RestoreHealth(Table wanted) => wanted;

    public IRepair Plan(Table wanted)
    {
        var wishes = MasqueradeWishes.Of(wanted);
        var present = have?.Rules.Services ?? MasqueradeRules.None.Services;
        var others = present.Keys.Where(key => !wishes.ContainsKey(key)).ToLookup(IsOfAnother);
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

    /// <summary>An entry that is not a leftover belongs to another program that has a service for it in the kernel; without one, a predecessor left it.</summary>
    private bool IsOfAnother(ServiceKey key) => !target.Leftovers.Leftovers.Contains(key) && target.HasService(key);
}
