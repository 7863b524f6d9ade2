using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Gorb.Model;

/// <summary>
/// The backends of a service by name, immutable: one array in ordinal order of names. A table of ten thousand backends is enumerated far
/// more often than changed, and an array takes a fifth of the memory of a tree.
/// </summary>
internal sealed class Backends
{
    private Backends(ImmutableArray<Backend> sorted, CheckCount checks) => (Values, Checks) = (sorted, checks);

    public static Backends None { get; } = new([], default);

    /// <summary>All backends, in ordinal order of names.</summary>
    public ImmutableArray<Backend> Values { get; }

    public int Count => Values.Length;

    public CheckCount Checks { get; }

    public bool IsEmpty => Values.IsEmpty;

    public IEnumerable<string> Keys => Values.Select(backend => backend.Name);

    /// <exception cref="KeyNotFoundException">No backend has the name.</exception>
    public Backend this[string name] => Find(name) ?? throw new KeyNotFoundException($"there is no backend '{name}'");

    /// <param name="backends">The backends, in any order; of several with the same name, the first is kept.</param>
    public static Backends Of(IReadOnlyCollection<Backend> backends)
    {
        var sorted = backends.ToArray();
        if (!IsSorted(sorted))
        {
            sorted = [.. sorted.DistinctBy(backend => backend.Name).OrderBy(backend => backend.Name, StringComparer.Ordinal)];
        }

        return sorted.Length == 0 ? None : new Backends(ImmutableCollectionsMarshal.AsImmutableArray(sorted), sorted.Aggregate(default(CheckCount), static (sum, one) => sum + CheckCount.Of(one)));
    }

    /// <summary>Pairs the backends of two versions of a service by name.</summary>
    public static BackendPairs Pair(Backends first, Backends second) => new(first, second);

    /// <summary>Returns the backends that differ between two versions of a service. One that is the same object in both is skipped at once.</summary>
    public static DifferingBackends Differing(Backends first, Backends second) => new(first, second);

    public Backend? Find(string name) => Place(name) is var place and >= 0 ? Values[place] : null;

    public bool Contains(string name) => Place(name) >= 0;

    /// <summary>Adds a backend, or replaces the backend of the same name.</summary>
    public Backends With(Backend backend)
    {
        var place = Place(backend.Name);
        return place >= 0
            ? new(Values.SetItem(place, backend), Checks - CheckCount.Of(Values[place]) + CheckCount.Of(backend))
            : new(Values.Insert(~place, backend), Checks + CheckCount.Of(backend));
    }

    /// <summary>Removes the backend of a name, if it exists.</summary>
    public Backends Without(string name) => Place(name) is var place and >= 0 ? new(Values.RemoveAt(place), Checks - CheckCount.Of(Values[place])) : this;

    private static bool IsSorted(Backend[] backends)
    {
        for (var i = 1; i < backends.Length; i++)
        {
            if (string.CompareOrdinal(backends[i - 1].Name, backends[i].Name) >= 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <returns>The index of the name, or the complement of its insertion index.</returns>
    private int Place(string name)
    {
        var (low, high) = (0, Values.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(Values[middle].Name, name);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}
