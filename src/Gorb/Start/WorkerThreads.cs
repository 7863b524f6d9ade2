namespace Gorb.Start;

/// <summary>The size of the thread pool.</summary>
internal static class WorkerThreads
{
    private const int Min = 4;

    /// <summary>
    /// Keeps at least four threads. On one or two processors the pool has as many and takes half a second to add one, so a long document would delay the answers to other
    /// requests.
    /// </summary>
    public static void EnsureMinimum()
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, Min), ports);
    }
}
