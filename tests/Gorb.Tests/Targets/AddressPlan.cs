using Gorb.Model;
using Gorb.Targets;

namespace Gorb.Tests.Targets;

internal readonly record struct AddressChange(string Address, bool IsAdded);

/// <summary>Addresses to add (in the upward pass) and to remove (in the downward pass).</summary>
internal class AddressPlan(AddressTarget target, List<AddressChange> changes) : IRepair
{
    protected AddressTarget Target => target;

    protected List<AddressChange> Changes { get; private set; } = changes;

    public int Count => Changes.Count;

    public string EntryOf(int change) => Changes[change].Address;

    public string Describe(int change) => $"{(Changes[change].IsAdded ? "added" : "removed")} {Changes[change].Address}";

    public string? ServiceOf(int change, Table wanted) => wanted.Services.Values.FirstOrDefault(service => AddressTarget.Of(service) == Changes[change].Address)?.Name;

    public bool IsContestable(int change) => Changes[change].IsAdded;

    public void Keep(Predicate<int> changes) => Changes = [.. Changes.Where((_, change) => changes(change))];

    public virtual bool Record() => false;

    public IReadOnlyList<ChangeFailure> ApplyUp(Table wanted) => Apply(isAdded: true, address => IsDue(address, wanted));

    public IReadOnlyList<ChangeFailure> ApplyDown(Table wanted) => Apply(isAdded: false, address => IsDue(address, wanted));

    /// <summary>Replaces the planned changes.</summary>
    protected void Replace(IEnumerable<AddressChange> changes) => Changes = [.. changes];

    /// <summary>Whether a planned change is still needed; a later change of the same plan may have made it unnecessary.</summary>
    protected virtual bool IsDue(AddressChange change, Table wanted) => true;

    /// <summary>Called after each successful change.</summary>
    protected virtual void NoteDone(AddressChange change)
    {
    }

    private List<ChangeFailure> Apply(bool isAdded, Predicate<AddressChange> isDue)
    {
        var failures = new List<ChangeFailure>();
        var due = Enumerable.Range(0, Changes.Count).Where(change => Changes[change].IsAdded == isAdded && isDue(Changes[change])).ToList();
        if (due.Count > 0)
        {
            target.Exchange();
        }

        foreach (var change in due)
        {
            if (target.Host.Refuses(Changes[change].Address))
            {
                failures.Add(Fail(change, FailureKind.Refused, "the host refuses it"));
            }
            else if (!target.Host.Change(Changes[change].Address, isAdded))
            {
                failures.Add(Fail(change, isAdded ? FailureKind.Exists : FailureKind.Missing, "something else changed it"));
            }
            else
            {
                NoteDone(Changes[change]);
            }
        }

        return due.Count > 0 && target.Host.LoseAnswers-- > 0 ? throw new AnswersLostException(target, new IOException("the answers were lost")) : failures;
    }

    private ChangeFailure Fail(int change, FailureKind kind, string reason) =>
        new(change, kind, reason, RequestException.Kernel(new IOException(reason), $"{Changes[change].Address}: {reason}"), Field: null);
}
