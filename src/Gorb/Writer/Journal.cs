using Gorb.Ipvs;
using Gorb.Model;

namespace Gorb.Writer;

/// <summary>
/// The writer's side of the store. What is wanted is saved before the kernel hears of it, together with the keys that it removes; so whatever
/// happens between the two, the next start knows what to add and what to remove. A save that failed is owed and comes with the next one; so do verdicts of
/// checks, for no failover waits for the store.
/// </summary>
internal sealed class Journal(IStateStore store) : IDisposable
{
    private readonly HashSet<string> _owed = [];
    private readonly HashSet<KernelKey> _leftovers = [];
    private HashSet<KernelKey> _savedLeftovers = [];
    private Table _saved = Table.Empty;
    private bool _owesDeclarations;

    /// <summary>Keys that Gorb made in the kernel, no longer wants, and does not know to be gone.</summary>
    public IReadOnlySet<KernelKey> Leftovers => _leftovers;

    /// <summary>True when the store is, or may be, behind what the writer knows.</summary>
    public bool IsBehind => _owed.Count > 0 || _owesDeclarations || !_leftovers.SetEquals(_savedLeftovers);

    /// <summary>True when what was saved is where the next start will look for it. Any thread may ask; in the middle of a save the answer may be no.</summary>
    public bool IsIntact => store.IsIntact;

    /// <inheritdoc cref="IStateStore.TakeNotice"/>
    public string? TakeNotice() => store.TakeNotice();

    /// <exception cref="StateException">The store cannot be read.</exception>
    public Table Load()
    {
        var state = store.Load();
        _saved = state.Outdated.Aggregate(state.Table, static (table, name) => table.Without(table.Services[name]));
        _owed.UnionWith(state.Outdated);
        _leftovers.UnionWith(state.Leftovers);
        _savedLeftovers = [.. state.Leftovers];
        return state.Table;
    }

    /// <summary>Saves the wanted table before the kernel's is changed.</summary>
    /// <param name="wanted">The wanted table.</param>
    /// <param name="touched">Names of the services in which it may differ from what was saved last.</param>
    /// <param name="changes">What will be sent to the kernel, in order.</param>
    /// <exception cref="StateException">It could not be saved; the store holds what it held.</exception>
    public void Save(Table wanted, IEnumerable<string> touched, IEnumerable<IpvsChange> changes)
    {
        _owed.UnionWith(touched.Where(name => !ReferenceEquals(_saved.Find(name), wanted.Find(name))));
        _owesDeclarations = !ReferenceEquals(_saved.Declarations, wanted.Declarations);
        foreach (var change in changes)
        {
            NoteChange(change);
        }

        var delta = Owed(wanted);
        if (delta.IsEmpty || !delta.IsOfVerdicts) // verdicts stay owed: a store that is full or lost must not hold up a failover
        {
            Save(wanted, delta, isWhole: false);
        }
    }

    /// <summary>Saves what is owed, and everything when the store lost it.</summary>
    /// <exception cref="StateException">It could not be saved.</exception>
    public void Save(Table wanted) => Save(wanted, Owed(wanted), isWhole: !store.IsIntact);

    /// <summary>The start found that verdicts are not as they were saved: they are owed.</summary>
    public void NoteVerdicts(Table wanted) => _owed.UnionWith(wanted.Services.Values
        .Where(service => new ServiceChange(service.Name, _saved.Find(service.Name), service).ChangesVerdicts).Select(service => service.Name));

    /// <summary>The kernel was seen to have none of the leftovers.</summary>
    public void ForgetLeftovers() => _leftovers.Clear();

    public void Dispose() => store.Dispose();

    private StateDelta Owed(Table wanted)
    {
        ForgetWanted(wanted);
        return new StateDelta
        {
            Services = [.. _owed.Select(name => new ServiceChange(name, _saved.Find(name), wanted.Find(name)))],
            Declarations = ReferenceEquals(_saved.Declarations, wanted.Declarations) ? null : new DeclarationChange(_saved.Declarations, wanted.Declarations),
            Left = [.. _leftovers.Except(_savedLeftovers)],
            Gone = [.. _savedLeftovers.Except(_leftovers)],
        };
    }

    private void Save(Table wanted, StateDelta delta, bool isWhole)
    {
        if (!delta.IsEmpty || isWhole)
        {
            store.Commit(delta, new SavedState(wanted, _leftovers));
        }

        _saved = wanted;
        _savedLeftovers = delta.Left.Count + delta.Gone.Count > 0 ? [.. _leftovers] : _savedLeftovers;
        _owed.Clear();
        _owesDeclarations = false;
    }

    /// <summary>A removal that was refused, or undone, leaves its key wanted; so does a backend that is taken out of the kernel while it is down.</summary>
    private void ForgetWanted(Table wanted)
    {
        if (_leftovers.Count == 0)
        {
            return;
        }

        foreach (var left in _leftovers.Where(left => wanted.Names.ContainsKey(left.Service)).GroupBy(left => left.Service).ToList())
        {
            var own = wanted.Services[wanted.Names[left.Key]].OwnKeys();
            _leftovers.ExceptWith(left.Where(key => key.Destination is not { } destination || own.Contains(destination)));
        }
    }

    private void NoteChange(IpvsChange change)
    {
        switch (change)
        {
            case IpvsChange.RemoveService or IpvsChange.RemoveDestination:
                _leftovers.Add(new KernelKey(change.Service, change.Destination));
                break;
            case IpvsChange.AddService or IpvsChange.AddDestination when _leftovers.Count > 0:
                _leftovers.Remove(new KernelKey(change.Service, change.Destination));
                break;
        }
    }
}
