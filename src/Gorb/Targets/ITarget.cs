using Gorb.Model;

namespace Gorb.Targets;

/// <summary>
/// Something in which the wanted table is brought about, such as the kernel's IPVS table. The writer plans what leads to a table at each target, saves the table, applies the plans,
/// and looks at what is really there at the start, on a timer and after an unexpected answer. It knows no target by name. All members are for the writer's thread.
/// </summary>
internal interface ITarget
{
    /// <summary>The name by which the ledger in the state file knows it: frozen.</summary>
    string Name { get; }

    /// <summary>What it is, in words for the log: "the kernel's table".</summary>
    string Description { get; }

    /// <summary>What else may write there, in words for a user who looks for what changes entries back.</summary>
    string OtherWriters { get; }

    /// <summary>
    /// Its place in the order of targets. What is added is added from the lowest rank to the highest, and what is removed is removed from the highest to the lowest: an
    /// address (low) is there before its service (high), and goes after it.
    /// </summary>
    int Rank { get; }

    /// <summary>What Gorb has to remove there.</summary>
    ILedger Ledger { get; }

    /// <summary>Gets ready before the saved table is loaded, and logs what it found. A target that cannot be used yet is no error.</summary>
    void Start();

    /// <summary>A cheap first look at the start. It is asked once.</summary>
    /// <returns>True when it shows all that is wanted, so that the comparison can wait until the daemon is ready.</returns>
    bool Matches(Table wanted);

    /// <summary>Removes everything, whoever made it: a person asked for it.</summary>
    void Flush();

    /// <summary>Reads what is really there.</summary>
    /// <exception cref="TargetException">It cannot be read.</exception>
    IObservation Observe();

    /// <summary>Begins the changes of one commit.</summary>
    ITargetBatch BeginBatch();

    /// <summary>Logs why it cannot be used, once for as long as it stays the same; null when it can be used.</summary>
    void Report(string? trouble);
}
