using Gorb.Model;

namespace Gorb.Targets;

/// <summary>
/// The leftovers of a target: entries that Gorb created there, no longer wants, and does not know to be gone. Leftovers are saved before they are removed, so that
/// after a crash in between Gorb does not take them for another program's entries. For the writer's thread only.
/// </summary>
internal interface ILedger
{
    int Count { get; }

    /// <summary>The keys of all leftovers, in their saved form.</summary>
    IEnumerable<string> Keys { get; }

    /// <summary>True when the store holds exactly these leftovers.</summary>
    bool IsSaved { get; }

    /// <summary>Leftovers that the store does not hold yet.</summary>
    IReadOnlyCollection<string> Unsaved { get; }

    /// <summary>Keys that the store holds but that are no longer leftovers.</summary>
    IReadOnlyCollection<string> Outdated { get; }

    /// <summary>Adds the leftovers that were saved.</summary>
    /// <exception cref="FormatException">A key does not belong to this target.</exception>
    void Load(IEnumerable<string> keys);

    /// <summary>Records that the store holds exactly these leftovers.</summary>
    void NoteSaved();

    /// <summary>Forgets leftovers that are wanted again: a removal that was refused or undone leaves its entry wanted.</summary>
    void ForgetWanted(Table wanted);

    /// <summary>Forgets all leftovers, because the target is known to have none of them.</summary>
    void Clear();
}
