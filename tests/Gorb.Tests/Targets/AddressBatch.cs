using Gorb.Model;
using Gorb.Targets;

namespace Gorb.Tests.Targets;

/// <summary>The changes that one commit makes to the addresses.</summary>
internal sealed class AddressBatch(AddressTarget target) : AddressPlan(target, []), ITargetBatch
{
    private readonly HashSet<string> _made = [];
    private HashSet<string>? _before;

    public void Plan(Table from, Table to, IReadOnlyCollection<string> touched)
    {
        _before ??= AddressTarget.Wanted(from);
        var (had, has) = (AddressTarget.Wanted(from), AddressTarget.Wanted(to));
        var candidates = touched.SelectMany(name => new[] { AddressTarget.Of(from.Find(name)), AddressTarget.Of(to.Find(name)) }).OfType<string>().Distinct();
        Changes.AddRange(candidates.Where(address => had.Contains(address) != has.Contains(address)).Select(address => new AddressChange(address, has.Contains(address))));
    }

    public void PlanDifference(Table before, Table after, IEnumerable<string> touched)
    {
        Target.Exchange();
        var (had, has, present) = (AddressTarget.Wanted(before), AddressTarget.Wanted(after), Target.Host.Present);
        _before = [.. present];
        Replace(
        [
            .. has.Except(present).Select(static address => new AddressChange(address, IsAdded: true)),
            .. present.Where(address => (had.Contains(address) || _made.Contains(address)) && !has.Contains(address)).Select(static address => new AddressChange(address, IsAdded: false)),
        ]);
    }

    public bool NeedsDifference(Table before, Table after, IEnumerable<string> touched) => false;

    public override bool Record()
    {
        foreach (var change in Changes)
        {
            if (change.IsAdded)
            {
                Target.Leftovers.Remove(new AddressKey(change.Address));
            }
            else
            {
                Target.Leftovers.Add(new AddressKey(change.Address));
            }
        }

        return Changes.Count > 0;
    }

    public void RecordUndo(Table before)
    {
        foreach (var address in _made)
        {
            Target.Leftovers.Add(new AddressKey(address));
        }
    }

    public Cause FindCause(int change, Table from, Table to, IReadOnlyCollection<string> touched) =>
        touched.Any(name => AddressTarget.Of(from.Find(name)) == EntryOf(change) != (AddressTarget.Of(to.Find(name)) == EntryOf(change))) ? Cause.Certain : Cause.None;

    protected override bool IsDue(AddressChange change, Table wanted) =>
        change.IsAdded ? AddressTarget.Wanted(wanted).Contains(change.Address) && !_before!.Contains(change.Address) : !AddressTarget.Wanted(wanted).Contains(change.Address);

    protected override void NoteDone(AddressChange change)
    {
        if (change.IsAdded)
        {
            _made.Add(change.Address);
        }
    }
}
