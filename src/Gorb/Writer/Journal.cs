using Gorb.Model;
using Gorb.Targets;

namespace Gorb.Writer;

/// <summary>
/// The writer's side of the store. The wanted table is saved before the targets are changed, together with the keys to be removed there, so after a crash between
/// the two the next start knows what to add and what to remove. A failed save is owed and written with the next one. Verdicts of health checks are also owed,
/// because a failover must not wait for the store.
/// </summary>
internal sealed class Journal(IStateStore store, IReadOnlyList<ITarget> targets) : IDisposable
{
    private readonly HashSet<string> _owed = [];

    /// <summary>Leftovers of targets that this daemon does not have. They stay in the store for a daemon that has those targets.</summary>
    private List<LedgerKey> _strange = [];
    private Table _saved = Table.Empty;
    private bool _owesDeclarations;
    private bool _owesTokens;
    private bool _isWritten;

    /// <summary>True when the store is, or may be, behind the writer.</summary>
    public bool IsBehind => _owed.Count > 0 || _owesDeclarations || _owesTokens || targets.Any(static target => !target.Ledger.IsSaved);

    /// <summary>True when the saved data is where the next start will look for it. Can be called on any thread; during a save the result may be false.</summary>
    public bool IsIntact => store.IsIntact;

    /// <summary>Returns whether the store was written, and was intact after that, since the last call.</summary>
    public bool TakeWritten()
    {
        var isWritten = _isWritten;
        _isWritten = false;
        return isWritten;
    }

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

    /// <summary>Saves the wanted table and the ledgers of the targets. Called before the targets are changed.</summary>
    /// <param name="wanted">The wanted table.</param>
    /// <param name="touched">Names of the services that may differ from the last save.</param>
    /// <exception cref="StateException">The save failed; the store is unchanged.</exception>
    public void Save(Table wanted, IEnumerable<string> touched)
    {
        _owed.UnionWith(touched.Where(name => !ReferenceEquals(_saved.Find(name), wanted.Find(name))));
        _owesDeclarations = !ReferenceEquals(_saved.Declarations, wanted.Declarations);
        _owesTokens = !ReferenceEquals(_saved.Tokens, wanted.Tokens);
        var delta = Owed(wanted);
        if (delta.IsEmpty || !delta.IsOfVerdicts) // verdicts stay owed: a full or lost store must not delay a failover
        {
            Save(wanted, delta, isWhole: false);
        }
    }

    /// <summary>Saves what is owed, or everything if the store was lost.</summary>
    /// <exception cref="StateException">The save failed.</exception>
    public void Save(Table wanted) => Save(wanted, Owed(wanted), isWhole: !store.IsIntact);

    /// <summary>Marks verdicts that the start found to differ from the saved ones as owed.</summary>
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
            if (!target.Ledger.IsSaved)
            {
                left.AddRange(target.Ledger.Unsaved.Select(key => new LedgerKey(target.Name, key)));
                gone.AddRange(target.Ledger.Outdated.Select(key => new LedgerKey(target.Name, key)));
            }
        }

        return new StateDelta
        {
            Services = [.. _owed.Select(name => new ServiceChange(name, _saved.Find(name), wanted.Find(name)))],
            Declarations = ReferenceEquals(_saved.Declarations, wanted.Declarations) ? null : new DeclarationChange(_saved.Declarations, wanted.Declarations),
            Tokens = ReferenceEquals(_saved.Tokens, wanted.Tokens) ? null : new TokenChange(_saved.Tokens, wanted.Tokens),
            Left = left,
            Gone = gone,
        };
    }

    private void Save(Table wanted, StateDelta delta, bool isWhole)
    {
        if (!delta.IsEmpty || isWhole)
        {
            store.Commit(delta, new SavedState(wanted, Leftovers));
            _isWritten = true;
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
        _owesTokens = false;
    }
}
