namespace Gorb.Start;

/// <summary>Processes a list on all processors.</summary>
internal static class ParallelRanges
{
    /// <summary>Below this many items, parallelism costs more than it saves.</summary>
    private const int MinParallel = 64;

    /// <summary>Processes a list in one part per processor, or as a whole when it is short.</summary>
    /// <param name="count">The number of items.</param>
    /// <param name="process">Processes the items from the first index up to, but not including, the second. Parts run concurrently.</param>
    /// <returns>The results of the parts, in the order of the list.</returns>
    public static T[] Run<T>(int count, Func<int, int, T> process)
    {
        if (count < MinParallel)
        {
            return [process(0, count)];
        }

        var results = new T[Environment.ProcessorCount];
        Parallel.For(0, results.Length, part => results[part] = process(Bound(part), Bound(part + 1)));
        return results;

        int Bound(int part) => (int)((long)count * part / results.Length);
    }
}
