using Gorb.Model;
using Gorb.Targets;

namespace Gorb.Writer;

/// <summary>
/// The writer's side of the store. What is wanted is saved before the targets hear of it, together with the keys that are removed there; so whatever
/// happens between the two, the next start knows what to add and what to remove. A save that failed is owed and comes with the next one; so do verdicts of
/// checks, for no failover waits for the store.
/// </summary>
internal sealed class Journal(IStateStore store, IReadOnlyList<ITarget> targets) : IDisposable
{
    private readonly HashSet<string> _owed = [];

    /// <summary>Leftovers of targets that this daemon does not have: they stay in the store for one that does.</summary>
    private List<LedgerKey> _strange = [];
    private Table _saved = Table.Empty;
    private bool _owesDeclarations;

    /// <summary>True when the store is, or may be, behind what the writer knows.</summary>
    public bool IsBehind => _owed.Count > 0 || _owesDeclarations || targets.Any(static target => !target.Ledger.IsSaved);

    /// <summary>True when what was saved is where the next start will look for it. Any thread may ask; in the middle of a save the answer may be no.</summary>
    public bool IsIntact => store.IsIntact;

    /// <inheritdoc cref="IStateStore.TakeNotice"/>
    public string? TakeNotice() => store.TakeNotice();

    /// <exception cref="StateException">The store cannot be read.</exception>
    public Table Load()
    {
        var state = store.Load();
        foreach (var target in targets)
        {
            Load(target, state.Leftovers.Where(left => left.Target == target.Name));
        }

        _strange = [.. state.Leftovers.Where(left => targets.All(target => target.Name != left.Target))];
        _saved = state.Outdated.Aggregate(state.Table, static (table, name) => table.Without(table.Services[name]));
        _owed.UnionWith(state.Outdated);
        return state.Table;
    }

    /// <summary>Saves the wanted table, and what the ledgers of the targets hold, before the targets are changed.</summary>
    /// <param name="wanted">The wanted table.</param>
    /// <param name="touched">Names of the services in which it may differ from what was saved last.</param>
    /// <exception cref="StateException">It could not be saved; the store holds what it held.</exception>
    public void Save(Table wanted, IEnumerable<string> touched)
    {
        _owed.UnionWith(touched.Where(name => !ReferenceEquals(_saved.Find(name), wanted.Find(name))));
        _owesDeclarations = !ReferenceEquals(_saved.Declarations, wanted.Declarations);
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

    public void Dispose() => store.Dispose();

    private IEnumerable<LedgerKey> Leftovers => targets.SelectMany(static target => target.Ledger.Keys.Select(key => new LedgerKey(target.Name, key))).Concat(_strange);

    private static void Load(ITarget target, IEnumerable<LedgerKey> leftovers)
    {
        try
        {
            target.Ledger.Load(leftovers.Select(static left => left.Key));
        }
        catch (FormatException error)
        {
            throw new StateException($"the state file is damaged: {error.Message} in the ledger of {target.Name}; restore it from a backup", inner: error);
        }
    }

    private StateDelta Owed(Table wanted)
    {
        var (left, gone) = (new List<LedgerKey>(), new List<LedgerKey>());
        foreach (var target in targets)
        {
            target.Ledger.ForgetWanted(wanted);
            left.AddRange(target.Ledger.Unsaved.Select(key => new LedgerKey(target.Name, key)));
            gone.AddRange(target.Ledger.Outdated.Select(key => new LedgerKey(target.Name, key)));
        }

        return new StateDelta
        {
            Services = [.. _owed.Select(name => new ServiceChange(name, _saved.Find(name), wanted.Find(name)))],
            Declarations = ReferenceEquals(_saved.Declarations, wanted.Declarations) ? null : new DeclarationChange(_saved.Declarations, wanted.Declarations),
            Left = left,
            Gone = gone,
        };
    }

    private void Save(Table wanted, StateDelta delta, bool isWhole)
    {
        if (!delta.IsEmpty || isWhole)
        {
            store.Commit(delta, new SavedState(wanted, Leftovers));
        }

        _saved = wanted;
        if (delta.Left.Count + delta.Gone.Count > 0)
        {
            foreach (var target in targets)
            {
                target.Ledger.NoteSaved();
            }
        }

        _owed.Clear();
        _owesDeclarations = false;
    }
}
