using Gorb.Model;

namespace Gorb.Targets;

/// <summary>Changes of one target, numbered from 0.</summary>
internal interface IPlan
{
    int Count { get; }

    /// <summary>Enters in the ledger what a restart must know about the changes. The caller saves the ledger before it applies the changes.</summary>
    /// <returns>True when the changes must not be applied before the ledger is saved.</returns>
    bool Record();

    /// <summary>
    /// Makes the changes that targets of a higher rank rely on, mainly additions. A target that no other relies on, or whose changes must keep their order, makes
    /// all of its changes here.
    /// </summary>
    /// <param name="wanted">The table that the changes lead to.</param>
    /// <returns>The failures. A failed change does not stop the others.</returns>
    /// <exception cref="TargetException">The target cannot be reached, or its answers were lost.</exception>
    IReadOnlyList<ChangeFailure> ApplyUp(Table wanted);

    /// <summary>Makes the remaining changes, after targets of a higher rank have made theirs.</summary>
    /// <inheritdoc cref="ApplyUp"/>
    IReadOnlyList<ChangeFailure> ApplyDown(Table wanted);
}

/// <summary>Changes that restore a target to its wanted state after another program changed it.</summary>
internal interface IRepair : IPlan
{
    /// <summary>Describes the entry that a change affects. Two changes of one entry have the same description.</summary>
    string EntryOf(int change);

    /// <summary>Describes a change: "added 10.0.0.1".</summary>
    string Describe(int change);

    /// <summary>Returns the service that a change affects; null when it affects none.</summary>
    string? ServiceOf(int change, Table wanted);

    /// <summary>False for changes that are always made: the removal of leftovers, and everything that belongs to an entry that is missing as a whole.</summary>
    bool IsContestable(int change);

    /// <summary>False for a change that no other program made necessary, such as one that waited for a device.</summary>
    bool IsDrift(int change) => true;

    /// <summary>Removes the changes that are not to be made now. The remaining changes are renumbered.</summary>
    void Keep(Predicate<int> changes);
}

/// <summary>
/// The changes of one commit at one target. The batch remembers its own changes, so that a refused request is undone without touching entries of other programs.
/// </summary>
internal interface ITargetBatch : IPlan
{
    /// <summary>Appends the changes that lead from one table to the next. Pure.</summary>
    /// <param name="from">The current table.</param>
    /// <param name="to">The table to be reached.</param>
    /// <param name="touched">Names of the services that may differ.</param>
    void Plan(Table from, Table to, IReadOnlyCollection<string> touched);

    /// <summary>Reads the target wherever this commit changed it or has to change it, and replaces the planned changes with those that remain.</summary>
    /// <param name="before">The wanted table before the commit.</param>
    /// <param name="after">The wanted table after the commit.</param>
    /// <param name="touched">Names of the services that may differ.</param>
    /// <exception cref="TargetException">The target cannot be read.</exception>
    void PlanDifference(Table before, Table after, IEnumerable<string> touched);

    /// <summary>Whether the commit needs changes that <see cref="Plan"/> cannot plan, because they depend on entries of other programs.</summary>
    bool NeedsDifference(Table before, Table after, IEnumerable<string> touched);

    /// <summary>Adds all entries that this commit created to the ledger, so that the next comparison removes them.</summary>
    /// <param name="before">The wanted table before the commit.</param>
    void RecordUndo(Table before);

    /// <summary>Returns how likely a request caused a change.</summary>
    /// <param name="change">The change.</param>
    /// <param name="from">The table before the request.</param>
    /// <param name="to">The table after the request.</param>
    /// <param name="touched">Names of the services that the request wrote.</param>
    Cause FindCause(int change, Table from, Table to, IReadOnlyCollection<string> touched);
}

/// <summary>How likely a request caused a change.</summary>
internal enum Cause
{
    /// <summary>The request is unrelated to the change.</summary>
    None,

    /// <summary>The request wrote the service that the change belongs to.</summary>
    Possible,

    /// <summary>The request wrote the changed object itself.</summary>
    Certain,
}
