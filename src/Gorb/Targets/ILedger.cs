using Gorb.Model;

namespace Gorb.Targets;

/// <summary>
/// The leftovers of a target: entries that Gorb made there, no longer wants, and does not know to be gone. They are saved before they are removed, so that a crash in
/// between cannot turn them into somebody else's. For the writer's thread only.
/// </summary>
internal interface ILedger
{
    int Count { get; }

    /// <summary>All leftovers, as they are saved.</summary>
    IEnumerable<string> Keys { get; }

    /// <summary>True when the store has what this has.</summary>
    bool IsSaved { get; }

    /// <summary>Leftovers that the store does not have yet.</summary>
    IReadOnlyCollection<string> Unsaved { get; }

    /// <summary>What the store has and is no leftover any more.</summary>
    IReadOnlyCollection<string> Outdated { get; }

    /// <summary>Takes over what was saved.</summary>
    /// <exception cref="FormatException">A key is not one of this target.</exception>
    void Load(IEnumerable<string> keys);

    /// <summary>Notes that the store has what this has.</summary>
    void NoteSaved();

    /// <summary>Forgets entries that are wanted again: a removal that was refused or undone leaves its entry wanted.</summary>
    void ForgetWanted(Table wanted);

    /// <summary>The target was seen to have none of the leftovers.</summary>
    void Clear();
}
