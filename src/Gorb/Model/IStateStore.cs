namespace Gorb.Model;

/// <summary>Where the wanted table outlives the daemon. Used by one thread at a time: first by the start, then by the writer.</summary>
internal interface IStateStore : IDisposable
{
    /// <summary>What was last committed.</summary>
    /// <exception cref="StateException">It cannot be read.</exception>
    SavedState Load();

    /// <summary>True when what was committed is where the next start will look for it. Any thread may ask; in the middle of a commit the answer may be no.</summary>
    bool IsIntact { get; }

    /// <summary>Writes a change as one transaction; when this returns, it is on the disk.</summary>
    /// <param name="delta">The change; may be empty when the store is not intact.</param>
    /// <param name="whole">Everything that the store holds then, to be written anew when what it held is lost.</param>
    /// <exception cref="StateException">It could not be written; nothing of it is kept.</exception>
    void Commit(StateDelta delta, SavedState whole);

    /// <summary>Something that happened to the store and that the log should tell; null when there is nothing new.</summary>
    string? TakeNotice();
}

/// <summary>What a store held.</summary>
/// <param name="Table">The wanted table.</param>
/// <param name="Leftovers">Entries that Gorb made at targets and no longer wants there. The ledger of what Gorb owns is these and the table's own keys.</param>
internal sealed record SavedState(Table Table, IEnumerable<LedgerKey> Leftovers)
{
    /// <summary>Names of services that the store holds in the form of an earlier version, to be written again.</summary>
    public IReadOnlyCollection<string> Outdated { get; init; } = [];

    public static SavedState Empty { get; } = new(Table.Empty, []);
}
