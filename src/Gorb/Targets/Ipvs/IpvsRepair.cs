using Gorb.Ipvs;
using Gorb.Model;

namespace Gorb.Targets.Ipvs;

/// <summary>The changes that make the kernel's table the wanted one.</summary>
internal sealed class IpvsRepair(IpvsTarget target, List<IpvsChange> changes) : IRepair
{
    private List<IpvsChange> _changes = changes;
    private HashSet<ServiceKey>? _missing;

    public int Count => _changes.Count;

    public string EntryOf(int change) => ChangeText.Of(Key(change));

    public string Describe(int change) => ChangeText.Of(_changes[change]);

    public string? ServiceOf(int change, Table wanted) => wanted.Names.GetValueOrDefault(_changes[change].Service);

    public bool IsContestable(int change)
    {
        _missing ??= [.. _changes.OfType<IpvsChange.AddService>().Select(static added => added.Service)];
        return !_missing.Contains(_changes[change].Service) && !target.Leftovers.Leftovers.Contains(Key(change));
    }

    public void Keep(Predicate<int> changes) => _changes = [.. _changes.Where((_, change) => changes(change))];

    /// <summary>Records nothing: what a repair removes is in the ledger already.</summary>
    public bool Record() => false;

    public IReadOnlyList<ChangeFailure> ApplyUp(Table wanted) =>
        _changes.Count == 0 ? [] : KernelErrors.FindFailures(target.Exchange(client => client.Apply(_changes)), wanted);

    public IReadOnlyList<ChangeFailure> ApplyDown(Table wanted) => [];

    private KernelKey Key(int change) => new(_changes[change].Service, _changes[change].Destination);
}
