namespace Gorb.Balancing;

/// <summary>Where the wanted table outlives the daemon. Used by one thread at a time: first by the start, then by the writer.</summary>
internal interface IStateStore : IDisposable
{
    /// <summary>What was last committed.</summary>
    /// <exception cref="StateException">It cannot be read.</exception>
    SavedState Load();

    /// <summary>Writes a change as one transaction; when this returns, it is on the disk.</summary>
    /// <exception cref="StateException">It could not be written; nothing of it is kept.</exception>
    void Commit(StateDelta delta);
}

/// <summary>What a store held.</summary>
/// <param name="Table">The wanted table.</param>
/// <param name="Leftovers">Keys that Gorb made in the kernel and no longer wants there. The ledger of what Gorb owns is these and the table's own keys.</param>
internal sealed record SavedState(Table Table, IReadOnlyCollection<KernelKey> Leftovers)
{
    public static SavedState Empty { get; } = new(Table.Empty, []);
}
