namespace Gorb.Start;

/// <summary>Work on many things, done on every processor.</summary>
internal static class ParallelRanges
{
    /// <summary>Fewer things are done sooner than handed over.</summary>
    private const int Few = 64;

    /// <summary>Does a list of things in as many parts as there are processors, or in one where there are few.</summary>
    /// <param name="count">How many things there are.</param>
    /// <param name="make">Makes something of those from the first index up to, not including, the second. Parts run at the same time.</param>
    /// <returns>What was made of each part, in the order of the list.</returns>
    public static T[] Do<T>(int count, Func<int, int, T> make)
    {
        if (count < Few)
        {
            return [make(0, count)];
        }

        var made = new T[Environment.ProcessorCount];
        Parallel.For(0, made.Length, part => made[part] = make(Bound(part), Bound(part + 1)));
        return made;

        int Bound(int part) => (int)((long)count * part / made.Length);
    }
}
