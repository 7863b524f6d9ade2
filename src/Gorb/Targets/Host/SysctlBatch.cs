using Gorb.Model;

namespace Gorb.Targets.Host;

/// <summary>
/// The settings that the services of one commit are the first to need. A setting that cannot be set is logged and shown, but refuses no request: the service may
/// work all the same, and the operator can set it later.
/// </summary>
internal sealed class SysctlBatch(SysctlTarget target) : ITargetBatch
{
    private readonly HashSet<TableUse> _uses = [];
    private IReadOnlyList<SysctlChange> _changes = [];

    public int Count => _uses.Count;

    public void Plan(Table from, Table to, IReadOnlyCollection<string> touched) => target.AddNewUses(from, to, touched, _uses);

    public void PlanDifference(Table before, Table after, IEnumerable<string> touched)
    {
        _uses.Clear();
        target.AddNewUses(before, after, touched, _uses);
    }

    public bool NeedsDifference(Table before, Table after, IEnumerable<string> touched) => false;

    public bool Record()
    {
        _changes = _uses.Count == 0 ? [] : target.Plan(_uses);
        return target.Record(_changes);
    }

    public void RecordUndo(Table before)
    {
        // a setting stays when its service is refused, as it does when the service is removed
    }

    public IReadOnlyList<ChangeFailure> ApplyUp(Table wanted)
    {
        foreach (var change in _changes)
        {
            target.Apply(change); // logs a failure
        }

        _changes = [];
        return [];
    }

    public IReadOnlyList<ChangeFailure> ApplyDown(Table wanted) => [];

    public Cause FindCause(int change, Table from, Table to, IReadOnlyCollection<string> touched) => Cause.None;
}
