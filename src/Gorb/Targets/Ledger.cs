using Gorb.Model;

namespace Gorb.Targets;

/// <summary>
/// A ledger of leftovers: entries that Gorb created, no longer wants, and does not know to be gone. Keys are converted to text only when they are saved.
/// </summary>
internal abstract class Ledger<TKey> : ILedger
    where TKey : struct, IEquatable<TKey>
{
    private readonly HashSet<TKey> _keys = [];
    private readonly HashSet<TKey> _saved = [];

    public bool HasLeftovers => _keys.Count > 0;

    public bool IsSaved => _keys.SetEquals(_saved);

    /// <summary>The keys of the leftovers.</summary>
    public IReadOnlySet<TKey> Leftovers => _keys;

    public IEnumerable<string> Keys => _keys.Select(Write);

    public IReadOnlyCollection<string> Unsaved => Difference(_keys, _saved);

    public IReadOnlyCollection<string> Outdated => Difference(_saved, _keys);

    public void Load(IEnumerable<string> keys)
    {
        _keys.UnionWith(keys.Select(Read));
        NoteSaved();
    }

    public void NoteSaved()
    {
        _saved.Clear();
        _saved.UnionWith(_keys);
    }

    public void ForgetWanted(Table wanted)
    {
        if (_keys.Count > 0)
        {
            _keys.ExceptWith(FindWanted(wanted).ToList());
        }
    }

    public void Clear() => _keys.Clear();

    /// <summary>Adds an entry that is about to be removed from the target.</summary>
    public void Add(TKey key) => _keys.Add(key);

    /// <summary>Removes an entry that is about to be added to the target again.</summary>
    public void Remove(TKey key)
    {
        if (_keys.Count > 0)
        {
            _keys.Remove(key);
        }
    }

    /// <summary>Returns the leftovers that a table wants.</summary>
    protected abstract IEnumerable<TKey> FindWanted(Table wanted);

    protected abstract string Write(TKey key);

    /// <exception cref="FormatException">The text is not a key of this target.</exception>
    protected abstract TKey Read(string text);

    private List<string> Difference(HashSet<TKey> keys, HashSet<TKey> others) => keys.Count == 0 ? [] : [.. keys.Where(key => !others.Contains(key)).Select(Write)];
}
