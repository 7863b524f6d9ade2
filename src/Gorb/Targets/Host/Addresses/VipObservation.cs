using System.Collections.Immutable;
using System.Net;
using Gorb.Model;

namespace Gorb.Targets.Host.Addresses;

/// <summary>The host's addresses as they were read.</summary>
/// <param name="target">The target.</param>
/// <param name="host">What the host has.</param>
/// <param name="hasFlapped">Whether the device was down since the last comparison, which takes its IPv6 addresses.</param>
internal sealed class VipObservation(VipTarget target, HostAddresses host, bool hasFlapped) : IObservation
{
    public IRepair Plan(Table wanted)
    {
        var before = target.Counts.Withdrawn;
        var counts = target.Counts.Of(wanted);
        target.Tell(wanted);
        return new VipRepair(target, target.Compare(host, counts), host, counts, hasFlapped, [.. before.Keys]);
    }
}

/// <summary>The changes that make the host's addresses the wanted ones.</summary>
internal sealed class VipRepair(VipTarget target, List<VipChange> changes, HostAddresses host, ImmutableDictionary<IPAddress, int> wanted, bool hasFlapped, HashSet<IPAddress> recovered)
    : VipPlan(target, changes), IRepair
{
    protected override ImmutableDictionary<IPAddress, int> Wanted => wanted;

    public string EntryOf(int change) => $"the address {Changes[change].Address}";

    public string Describe(int change) => Changes[change] is { IsAdded: true } added ? $"added {added.Address} to {Target.Device}" : $"removed {Changes[change].Address}";

    public string? ServiceOf(int change, Table wanted) => FindService(Changes[change].Address, wanted);

    /// <summary>False when the device went down: that takes addresses without another program.</summary>
    public bool IsContestable(int change) => Changes[change].IsAdded && !hasFlapped;

    /// <summary>False for an address that comes back because a backend is up.</summary>
    public bool IsDrift(int change) => !recovered.Contains(Changes[change].Address);

    public void Keep(Predicate<int> changes) => Changes = [.. Changes.Where((_, change) => changes(change))];

    public override bool Record()
    {
        foreach (var key in Target.Addresses.Owned.Where(key => Target.IsReleased(key, wanted) && !host.Has(key.Device, key.Address)))
        {
            Target.Addresses.Forget(key);
        }

        return base.Record();
    }

    protected override HostAddresses ReadHost() => host;
}
