using System.Collections.Immutable;
using Gorb.Model;

namespace Gorb.Targets;

/// <summary>
/// A ledger of everything that Gorb added to a target and has not given back, for a target where a wanted entry may be another program's: an address that was there
/// before, the earlier value of a setting. What is not in it is never removed.
/// </summary>
/// <remarks>
/// The life of an entry: <see cref="IPlan.Record"/> calls <see cref="Own"/> for what is about to be added, only when the target does not have it yet, and returns true.
/// The writer saves the ledger and applies the changes. A crash in between leaves an owned entry that is missing, which the next comparison adds, or gives up by
/// <see cref="Forget"/> when nothing wants it any more. An entry stays owned while it is wanted, and while it is removed; <see cref="Forget"/> follows when the target no
/// longer has it. The ledger cannot tell leftovers: <see cref="ITarget.Matches"/> and <see cref="IObservation.Plan"/> compare the owned entries with the wanted table.
/// A key may carry data that must survive a restart, such as the earlier value.
/// </remarks>
internal abstract class OwnedLedger<TKey> : ILedger
    where TKey : struct, IEquatable<TKey>
{
    private volatile ImmutableHashSet<TKey> _owned = [];
    private ImmutableHashSet<TKey> _saved = [];

    /// <summary>What Gorb added. Can be read on any thread.</summary>
    public ImmutableHashSet<TKey> Owned => _owned;

    /// <summary>False: the ledger cannot tell which owned entries are wanted.</summary>
    public bool HasLeftovers => false;

    public bool IsSaved => ReferenceEquals(_owned, _saved) || _owned.SetEquals(_saved);

    public IEnumerable<string> Keys => _owned.Select(Write);

    public IReadOnlyCollection<string> Unsaved => Difference(_owned, _saved);

    public IReadOnlyCollection<string> Outdated => Difference(_saved, _owned);

    /// <summary>Adds an entry that is about to be added to the target, which does not have it.</summary>
    public void Own(TKey key) => _owned = _owned.Add(key);

    /// <summary>Removes an entry that the target no longer has.</summary>
    public void Forget(TKey key) => _owned = _owned.Remove(key);

    public void Load(IEnumerable<string> keys)
    {
        _owned = _owned.Union(keys.Select(Read));
        NoteSaved();
    }

    public void NoteSaved() => _saved = _owned;

    /// <summary>Does nothing: wanted entries stay owned.</summary>
    public void ForgetWanted(Table wanted)
    {
    }

    /// <summary>Does nothing: <see cref="Forget"/> removes each entry when it is gone.</summary>
    public void Clear()
    {
    }

    protected abstract string Write(TKey key);

    /// <exception cref="FormatException">The text is not a key of this target.</exception>
    protected abstract TKey Read(string text);

    private List<string> Difference(ImmutableHashSet<TKey> keys, ImmutableHashSet<TKey> others) =>
        ReferenceEquals(keys, others) ? [] : [.. keys.Where(key => !others.Contains(key)).Select(Write)];
}
