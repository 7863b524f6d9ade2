using Gorb.Model;

namespace Gorb.Targets;

/// <summary>
/// A system that the wanted table is applied to, such as the kernel's IPVS table. The writer plans the changes for each target, saves the table and applies the
/// plans. At the start, on a timer and after an unexpected answer, the writer reads the actual state of the targets. The writer treats all targets alike. All
/// members are for the writer's thread.
/// </summary>
internal interface ITarget
{
    /// <summary>The name of the target in the ledger of the state file. It must never change.</summary>
    string Name { get; }

    /// <summary>A description of the target for the log: "the kernel's table".</summary>
    string Description { get; }

    /// <summary>A description of other programs that may write to the target, for a user who looks for the program that changes entries back.</summary>
    string OtherWriters { get; }

    /// <summary>
    /// The position in the order of targets. Additions are made from the lowest rank to the highest, and removals from the highest to the lowest: an address (low)
    /// is added before its service (high), and removed after it.
    /// </summary>
    int Rank { get; }

    /// <summary>The target's entries that a restart must know as Gorb's own.</summary>
    ILedger Ledger { get; }

    /// <summary>
    /// Raised when another program may have changed the target: the writer then compares it at once. Can be raised on any thread, but not for each of many changes in a
    /// row, because a comparison reads the whole target. A target that learns of no changes never raises it.
    /// </summary>
    event Action? Changed
    {
        add { }
        remove { }
    }

    /// <summary>Prepares the target before the saved table is loaded, and logs its state. A target that cannot be used yet is no error.</summary>
    void Start();

    /// <summary>Checks cheaply at the start whether the target matches the wanted table. Called once.</summary>
    /// <returns>True when the check shows everything that is wanted, so that the full comparison can wait until the daemon is ready.</returns>
    bool Matches(Table wanted);

    /// <summary>Removes all entries, including those of other programs. Called only when the operator asks for it.</summary>
    void Flush();

    /// <summary>Reads the actual state of the target.</summary>
    /// <exception cref="TargetException">The target cannot be read.</exception>
    IObservation Observe();

    /// <summary>Starts the changes of one commit.</summary>
    ITargetBatch BeginBatch();

    /// <summary>Logs why the target cannot be used, once for each reason; null when it can be used.</summary>
    void Report(string? trouble);
}
