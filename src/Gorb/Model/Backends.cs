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
    /// <returns>For each name, in order, its index in the first and in the second version; -1 if the version lacks it.</returns>
    public static IEnumerable<(int First, int Second)> Pair(Backends first, Backends second)
    {
        var (i, j) = (0, 0);
        while (i < first.Count || j < second.Count)
        {
            var order = i == first.Count ? 1 : j == second.Count ? -1 : string.CompareOrdinal(first.Values[i].Name, second.Values[j].Name);
            yield return (order <= 0 ? i++ : -1, order >= 0 ? j++ : -1);
        }
    }

    /// <summary>Returns the names of the backends that differ between two versions of a service. Skips the common start and end, so few differences cost little.</summary>
    public static IEnumerable<string> Differing(Backends first, Backends second)
    {
        var (before, after) = (first.Values, second.Values);
        var start = 0;
        while (start < before.Length && start < after.Length && ReferenceEquals(before[start], after[start]))
        {
            start++;
        }

        var end = 0; // number of equal backends at the end
        while (end < before.Length - start && end < after.Length - start && ReferenceEquals(before[^(end + 1)], after[^(end + 1)]))
        {
            end++;
        }

        return Pair(new Backends(before[start..^end], default), new Backends(after[start..^end], default))
            .Where(pair => pair.First < 0 || pair.Second < 0 || !ReferenceEquals(before[start + pair.First], after[start + pair.Second]))
            .Select(pair => pair.Second >= 0 ? after[start + pair.Second].Name : before[start + pair.First].Name);
    }

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
