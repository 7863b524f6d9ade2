using Gorb.Ipvs;
using Gorb.Ipvs.Nftables;
using Gorb.Model;

namespace Gorb.Targets.Host.Masquerade;

/// <summary>The changes that one commit makes to the rules.</summary>
internal sealed class MasqueradeBatch(MasqueradeTarget target) : MasqueradePlan(target, []), ITargetBatch
{
    private readonly HashSet<ServiceKey> _sent = [];

    public void Plan(Table from, Table to, IReadOnlyCollection<string> touched)
    {
        foreach (var key in FindKeys(from, to, touched))
        {
            var wish = MasqueradeWishes.Of(to, key);
            if (MasqueradeWishes.Of(from, key) != wish)
            {
                Changes.Add(new MasqueradeChange(key, wish));
            }
        }
    }

    public void PlanDifference(Table before, Table after, IEnumerable<string> touched)
    {
        var keys = FindKeys(before, after, touched)
            .Where(key => MasqueradeWishes.Of(before, key) is not null || MasqueradeWishes.Of(after, key) is not null)
            .Union(_sent)
            .ToList();
        if (keys.Count == 0)
        {
            Changes = [];
            return;
        }

        var present = Target.Read().Rules.Services;
        Changes = [.. keys.Select(key => new MasqueradeChange(key, MasqueradeWishes.Of(after, key))).Where(change => Find(present, change.Service!.Value) != change.Mode)];
    }

    public bool NeedsDifference(Table before, Table after, IEnumerable<string> touched) => false;

    public override bool Record()
    {
        foreach (var change in Changes)
        {
            Target.Note(change);
        }

        return Changes.Count > 0;
    }

    public void RecordUndo(Table before)
    {
        foreach (var key in _sent.Where(key => MasqueradeWishes.Of(before, key) is null))
        {
            Target.Note(new MasqueradeChange(key, null));
        }
    }

    public Cause FindCause(int change, Table from, Table to, IReadOnlyCollection<string> touched) =>
        Changes[change].Service is { } key && MasqueradeWishes.Of(from, key) != MasqueradeWishes.Of(to, key) ? Cause.Certain : Cause.None;

    protected override bool IsDue(MasqueradeChange change, Table wanted) => MasqueradeWishes.Of(wanted, change.Service!.Value) == change.Mode;

    protected override void NoteSent(IEnumerable<MasqueradeChange> changes) => _sent.UnionWith(changes.Select(static change => change.Service!.Value));

    private static MasqueradeMode? Find(IReadOnlyDictionary<ServiceKey, MasqueradeMode> entries, ServiceKey key) => entries.TryGetValue(key, out var mode) ? mode : null;

    /// <summary>The keys whose entries may differ between two tables.</summary>
    private static HashSet<ServiceKey> FindKeys(Table from, Table to, IEnumerable<string> touched)
    {
        var keys = new HashSet<ServiceKey>();
        foreach (var name in touched)
        {
            var (before, after) = (from.Find(name)?.Spec, to.Find(name)?.Spec);
            if (before?.Key == after?.Key && before?.Masquerade == after?.Masquerade)
            {
                continue;
            }

            keys.UnionWith(before is null ? [] : MasqueradeWishes.Affected(from, before.Key));
            keys.UnionWith(after is null ? [] : MasqueradeWishes.Affected(to, after.Key));
        }

        return keys;
    }
}
