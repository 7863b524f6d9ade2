using Gorb.Model;

namespace Gorb.Targets;

/// <summary>
/// The keys of a target's entries that a restart must know as Gorb's own. They are saved before the target is changed, so that a crash in between neither loses an
/// entry nor takes another program's. There are two kinds: <see cref="Ledger{TKey}"/> holds leftovers only (entries that Gorb no longer wants and does not know to be
/// gone), for a target where everything wanted is Gorb's. <see cref="OwnedLedger{TKey}"/> holds everything that Gorb added, for a target where a wanted entry may be
/// another program's. For the writer's thread only.
/// </summary>
internal interface ILedger
{
    /// <summary>True when there are leftovers, which the next comparison has to remove.</summary>
    bool HasLeftovers { get; }

    /// <summary>All keys, in their saved form.</summary>
    IEnumerable<string> Keys { get; }

    /// <summary>True when the store holds exactly these keys.</summary>
    bool IsSaved { get; }

    /// <summary>Keys that the store does not hold yet.</summary>
    IReadOnlyCollection<string> Unsaved { get; }

    /// <summary>Keys that the store holds but that are no longer in the ledger.</summary>
    IReadOnlyCollection<string> Outdated { get; }

    /// <summary>Adds the keys that were saved.</summary>
    /// <exception cref="FormatException">A key does not belong to this target.</exception>
    void Load(IEnumerable<string> keys);

    /// <summary>Records that the store holds exactly these keys.</summary>
    void NoteSaved();

    /// <summary>Forgets leftovers that are wanted again: a removal that was refused or undone leaves its entry wanted.</summary>
    void ForgetWanted(Table wanted);

    /// <summary>Forgets all leftovers, because the target is known to have none of them.</summary>
    void Clear();
}
