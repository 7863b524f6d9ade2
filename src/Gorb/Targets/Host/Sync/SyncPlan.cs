using Gorb.Ipvs;
using Gorb.Model;

namespace Gorb.Targets.Host.Sync;

/// <summary>A daemon to stop, to start, or to start again.</summary>
/// <param name="Role">The role.</param>
/// <param name="Stop">The daemon of Gorb's to be stopped first; null for none.</param>
/// <param name="Start">The daemon to be started; null for none.</param>
/// <param name="IsDrift">Whether another program stopped a daemon that Gorb had started.</param>
internal sealed record SyncChange(SyncRole Role, SyncKey? Stop, SyncKey? Start, bool IsDrift)
{
    public override string ToString() => Start is { } start
        ? $"{(Stop is null ? "started" : "restarted")} the {SyncWords.Of(Role)} on {start.Interface} with id {start.Id}"
        : $"stopped the {SyncWords.Of(Role)} on {Stop!.Value.Interface}";
}

/// <summary>The changes that lead to the wanted daemons.</summary>
internal sealed class SyncRepair(SyncTarget target, IReadOnlyList<SyncState> states, IReadOnlyList<SyncChange> changes) : IRepair
{
    private IReadOnlyList<SyncChange> _changes = changes;

    public int Count => _changes.Count;

    public string EntryOf(int change) => $"the sync daemon {SyncWords.Of(_changes[change].Role)}";

    public string Describe(int change) => _changes[change].ToString();

    public string? ServiceOf(int change, Table wanted) => null;

    public bool IsContestable(int change) => _changes[change].IsDrift;

    public bool IsDrift(int change) => _changes[change].IsDrift;

    public void Keep(Predicate<int> changes) => _changes = [.. _changes.Where((_, change) => changes(change))];

    public bool Record() => target.Record(states, _changes);

    public IReadOnlyList<ChangeFailure> ApplyUp(Table wanted)
    {
        var failures = new List<ChangeFailure>();
        for (var i = 0; i < _changes.Count; i++)
        {
            if (target.Apply(_changes[i]) is { } refused)
            {
                var reason = $"connection sync: {refused.Message}";
                failures.Add(new ChangeFailure(i, FailureKind.Refused, reason, RequestException.Kernel(refused, reason), null));
            }
        }

        return failures;
    }

    public IReadOnlyList<ChangeFailure> ApplyDown(Table wanted) => [];
}

/// <summary>The changes of one commit: none, because the daemons do not depend on services.</summary>
internal sealed class SyncBatch : ITargetBatch
{
    public int Count => 0;

    public void Plan(Table from, Table to, IReadOnlyCollection<string> touched)
    {
    }

    public void PlanDifference(Table before, Table after, IEnumerable<string> touched)
    {
    }

    public bool NeedsDifference(Table before, Table after, IEnumerable<string> touched) => false;

    public bool Record() => false;

    public void RecordUndo(Table before)
    {
    }

    public IReadOnlyList<ChangeFailure> ApplyUp(Table wanted) => [];

    public IReadOnlyList<ChangeFailure> ApplyDown(Table wanted) => [];

    public Cause FindCause(int change, Table from, Table to, IReadOnlyCollection<string> touched) => Cause.None;
}
