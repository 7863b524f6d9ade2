using System.Collections.Immutable;
using System.Net;
using Gorb.Model;

namespace Gorb.Targets.Host.Addresses;

/// <summary>The changes that one commit makes to the host's addresses: most commits make none.</summary>
internal sealed class VipBatch(VipTarget target) : VipPlan(target, []), ITargetBatch
{
    private ImmutableDictionary<IPAddress, int> _wanted = ImmutableDictionary<IPAddress, int>.Empty;

    protected override ImmutableDictionary<IPAddress, int> Wanted => _wanted;

    public void Plan(Table from, Table to, IReadOnlyCollection<string> touched)
    {
        if (!Target.IsActive)
        {
            return;
        }

        var had = Target.Counts.Of(from);
        _wanted = Target.Counts.Follow(from, to, touched);
        if (!ReferenceEquals(had, _wanted))
        {
            var addresses = touched.SelectMany(name => new[] { AddressCounts.AddressOf(from.Find(name)), AddressCounts.AddressOf(to.Find(name)) }).OfType<IPAddress>().Distinct();
            Changes.AddRange(addresses.Where(address => had.ContainsKey(address) != _wanted.ContainsKey(address)).Select(address => new VipChange(address, _wanted.ContainsKey(address))));
        }
    }

    public void PlanDifference(Table before, Table after, IEnumerable<string> touched)
    {
        Changes = [];
        if (Target.IsActive)
        {
            _wanted = Target.Counts.Of(after);
            Changes = Target.Compare(Target.Read(), _wanted);
        }
    }

    public bool NeedsDifference(Table before, Table after, IEnumerable<string> touched) => false;

    /// <summary>Does nothing: all that this commit added is in the ledger.</summary>
    public void RecordUndo(Table before)
    {
    }

    public override IReadOnlyList<ChangeFailure> ApplyDown(Table wanted)
    {
        var failures = base.ApplyDown(wanted);
        Target.Tell(wanted);
        return failures;
    }

    public Cause FindCause(int change, Table from, Table to, IReadOnlyCollection<string> touched)
    {
        var address = Changes[change].Address;
        return touched.Any(name => address.Equals(AddressCounts.AddressOf(from.Find(name))) != address.Equals(AddressCounts.AddressOf(to.Find(name)))) ? Cause.Certain : Cause.None;
    }

    protected override HostAddresses ReadHost() => Target.Read();
}
