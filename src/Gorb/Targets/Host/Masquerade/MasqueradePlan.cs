using Gorb.Model;

namespace Gorb.Targets.Host.Masquerade;

/// <summary>Entries to set (in the upward pass) and to remove (in the downward pass).</summary>
internal class MasqueradePlan(MasqueradeTarget target, List<MasqueradeChange> changes) : IRepair
{
    protected MasqueradeTarget Target => target;

    protected List<MasqueradeChange> Changes { get; set; } = changes;

    public int Count => Changes.Count;

    public string EntryOf(int change) => Changes[change].Entry;

    public string Describe(int change) => Changes[change].ToString();

    public string? ServiceOf(int change, Table wanted) => Changes[change].Service is { } key ? wanted.Names.GetValueOrDefault(key) : null;

    public bool IsContestable(int change) => Changes[change].IsUp;

    public void Keep(Predicate<int> changes) => Changes = [.. Changes.Where((_, change) => changes(change))];

    public virtual bool Record() => false;

    public IReadOnlyList<ChangeFailure> ApplyUp(Table wanted) => Apply(wanted, isUp: true);

    public IReadOnlyList<ChangeFailure> ApplyDown(Table wanted) => Apply(wanted, isUp: false);

    /// <summary>Whether a planned change is still to be made; a later request of the same commit may have changed the entry again.</summary>
    protected virtual bool IsDue(MasqueradeChange change, Table wanted) => true;

    /// <summary>Called before changes are made.</summary>
    protected virtual void NoteSent(IEnumerable<MasqueradeChange> changes)
    {
    }

    /// <summary>Makes all changes of one direction as one transaction, so all fail together.</summary>
    private List<ChangeFailure> Apply(Table wanted, bool isUp)
    {
        if (Changes.Count == 0)
        {
            return []; // of most commits
        }

        var due = Enumerable.Range(0, Changes.Count).Where(change => Changes[change].IsUp == isUp && IsDue(Changes[change], wanted)).ToList();
        if (due.Count == 0)
        {
            return [];
        }

        var changes = due.ConvertAll(change => Changes[change]);
        NoteSent(changes);
        return target.Apply(changes) is { } refused ? due.ConvertAll(change => Fail(change, refused, wanted)) : [];
    }

    private ChangeFailure Fail(int change, Exception refused, Table wanted) => new(
        change,
        FailureKind.Refused,
        $"{EntryOf(change)}: {refused.Message}",
        RequestException.Kernel(refused, $"masquerade: {refused.Message}"),
        ServiceOf(change, wanted) is { } name ? $"services.{name}.masquerade" : null);
}
