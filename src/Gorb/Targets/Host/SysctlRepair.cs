using Gorb.Model;

namespace Gorb.Targets.Host;

/// <summary>The settings that have another value than the table needs.</summary>
internal sealed class SysctlRepair(SysctlTarget target, IReadOnlyList<SysctlChange> changes) : IRepair
{
    private IReadOnlyList<SysctlChange> _changes = changes;

    public int Count => _changes.Count;

    public string EntryOf(int change) => _changes[change].Need.Setting;

    public string Describe(int change) => $"set {_changes[change].Need.Setting} from {_changes[change].Before} to {_changes[change].Need.Value}";

    public string? ServiceOf(int change, Table wanted) => null;

    public bool IsContestable(int change) => true;

    public void Keep(Predicate<int> changes) => _changes = [.. _changes.Where((_, change) => changes(change))];

    public bool Record() => target.Record(_changes);

    public IReadOnlyList<ChangeFailure> ApplyUp(Table wanted)
    {
        var failures = new List<ChangeFailure>();
        for (var i = 0; i < _changes.Count; i++)
        {
            if (target.Apply(_changes[i]) is { } reason)
            {
                failures.Add(new ChangeFailure(i, FailureKind.Refused, reason, new RequestException(Refusal.Kernel, reason, []), null));
            }
        }

        return failures;
    }

    public IReadOnlyList<ChangeFailure> ApplyDown(Table wanted) => [];
}
