namespace Gorb;

/// <summary>What a load leaves behind.</summary>
internal static class Garbage
{
    /// <summary>
    /// Gives what a large load left behind back to the system, on a thread of the pool. A document or a saved table of thousands of backends
    /// leaves garbage of many times its size, which a daemon with little to do would keep for hours.
    /// </summary>
    public static void GiveBack() =>
        ThreadPool.QueueUserWorkItem(static _ => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true));
}
