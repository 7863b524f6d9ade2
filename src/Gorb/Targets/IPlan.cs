using Gorb.Model;

namespace Gorb.Targets;

/// <summary>Changes of one target, known by their numbers from 0.</summary>
internal interface IPlan
{
    int Count { get; }

    /// <summary>
    /// Makes the changes that targets of a higher rank rely on, above all what is added. A target that nothing relies on, or whose changes must keep their order, makes
    /// all of them here.
    /// </summary>
    /// <param name="wanted">The table that the changes lead to.</param>
    /// <returns>What failed. A change that fails stops none of the others.</returns>
    /// <exception cref="TargetException">The target cannot be reached, or its answers were lost.</exception>
    IReadOnlyList<ChangeFailure> ApplyUp(Table wanted);

    /// <summary>Makes the remaining changes, when those of targets of a higher rank are made.</summary>
    /// <inheritdoc cref="ApplyUp"/>
    IReadOnlyList<ChangeFailure> ApplyDown(Table wanted);
}

/// <summary>What makes a target as it is wanted, when something else changed it.</summary>
internal interface IRepair : IPlan
{
    /// <summary>The entry that a change is about, in words. Two changes of one entry have the same.</summary>
    string EntryOf(int change);

    /// <summary>A change in words: "added 10.0.0.1".</summary>
    string Describe(int change);

    /// <summary>The service that a change is about; null when it is about none.</summary>
    string? ServiceOf(int change, Table wanted);

    /// <summary>False for what is repaired in any case: leftovers, and all that belongs to an entry that is missing as a whole.</summary>
    bool IsContestable(int change);

    /// <summary>Leaves out the changes that are not to be made now. Those that stay are numbered anew.</summary>
    void Keep(Predicate<int> changes);
}

/// <summary>The changes of one commit at one target. It remembers what the commit itself made, so that a refused request is undone without touching what others made.</summary>
internal interface ITargetBatch : IPlan
{
    /// <summary>Appends the changes that lead from one table to the next. Pure.</summary>
    /// <param name="from">The table as it is.</param>
    /// <param name="to">The table as it shall be.</param>
    /// <param name="touched">Names of the services in which they may differ.</param>
    void Plan(Table from, Table to, IReadOnlyCollection<string> touched);

    /// <summary>Reads the target wherever this commit made changes or has to, and puts in the place of the changes what is still to be done there.</summary>
    /// <param name="before">The wanted table before the commit.</param>
    /// <param name="after">The wanted table after it.</param>
    /// <param name="touched">Names of the services in which they may differ.</param>
    /// <exception cref="TargetException">The target cannot be read.</exception>
    void PlanDifference(Table before, Table after, IEnumerable<string> touched);

    /// <summary>Whether changes are needed that <see cref="Plan"/> cannot know of, since they depend on what others made there.</summary>
    bool NeedsDifference(Table before, Table after, IEnumerable<string> touched);

    /// <summary>Enters in the ledger what the changes remove, before they are made.</summary>
    void Record();

    /// <summary>Enters in the ledger everything that this commit made, so that the next comparison removes it.</summary>
    /// <param name="before">The wanted table before the commit.</param>
    void RecordUndo(Table before);

    /// <summary>Whether a request caused a change.</summary>
    /// <param name="change">The change.</param>
    /// <param name="from">The table before the request.</param>
    /// <param name="to">The table after it.</param>
    /// <param name="touched">Names of the services that it wrote.</param>
    Cause FindCause(int change, Table from, Table to, IReadOnlyCollection<string> touched);
}

/// <summary>How much a request has to do with a change.</summary>
internal enum Cause
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It wrote the service that the change belongs to.</summary>
    Possible,

    /// <summary>It wrote the very object.</summary>
    Certain,
}
