namespace Gorb.Model;

/// <summary>Persistent storage of the wanted table. Used by one thread at a time: first by the start, then by the writer.</summary>
internal interface IStateStore : IDisposable
{
    /// <summary>Loads the last committed state.</summary>
    /// <exception cref="StateException">The store cannot be read.</exception>
    SavedState Load();

    /// <summary>True if the committed state is where the next start expects it. Thread-safe; may be false during a commit.</summary>
    bool IsIntact { get; }

    /// <summary>Writes a change as one transaction. On return, the change is on disk.</summary>
    /// <param name="delta">The change; may be empty if the store is not intact.</param>
    /// <param name="whole">The complete state after the change, from which a lost store is rewritten.</param>
    /// <exception cref="StateException">The change could not be written; the store is unchanged.</exception>
    void Commit(StateDelta delta, SavedState whole);

    /// <summary>Returns the pending message for the log and clears it; null if there is none.</summary>
    string? TakeNotice();
}

/// <summary>The content of a store.</summary>
/// <param name="Table">The wanted table.</param>
/// <param name="Leftovers">Target entries that Gorb created and no longer wants. The ledger consists of these and the keys of the table.</param>
internal sealed record SavedState(Table Table, IEnumerable<LedgerKey> Leftovers)
{
    /// <summary>Names of services that are stored in the format of an earlier version and must be rewritten.</summary>
    public IReadOnlyCollection<string> Outdated { get; init; } = [];

    public static SavedState Empty { get; } = new(Table.Empty, []);
}
