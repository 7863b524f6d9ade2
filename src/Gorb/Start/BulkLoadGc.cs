using System.Runtime;
using Gorb.Ipvs.Processes;

namespace Gorb.Start;

/// <summary>Suspends garbage collection during large loads and returns the memory afterwards.</summary>
internal static class BulkLoadGc
{
    /// <summary>The delay of the collection after a load. By then pending requests are answered and the work that follows them is done.</summary>
    private static readonly TimeSpan ReleaseDelay = TimeSpan.FromSeconds(2);

    /// <summary>The allocation budget of a load: twice what ten thousand backends allocate.</summary>
    private const long BudgetBytes = 48 * 1024 * 1024;

    /// <summary>The size of a document or state file with twenty thousand backends. A larger load would exceed the budget midway, which costs more than it saves.</summary>
    private const long MaxInputBytes = 3 * 512 * 1024;

    private static readonly Timer ReleaseTimer = new(static _ => ReleaseMemory());

    /// <summary>
    /// Suspends collection at the start of a load. Nearly everything that a start or a document allocates is kept, so a collection would only copy it while
    /// callers wait. Two seconds after the load, the garbage is collected and the memory returned to the system; otherwise an idle daemon would hold many times
    /// the size of a document for hours.
    /// </summary>
    /// <param name="inputBytes">The length of the loaded document or state file, in bytes.</param>
    public static void Suspend(long inputBytes)
    {
        ReleaseTimer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan); // it begins anew when this load has ended, which may take longer
        try
        {
            if (inputBytes <= MaxInputBytes && GCSettings.LatencyMode != GCLatencyMode.NoGCRegion)
            {
                GC.TryStartNoGCRegion(BudgetBytes, disallowFullBlockingGC: true);
            }
        }
        catch (InvalidOperationException)
        {
            // another load has just suspended collection
        }
    }

    /// <summary>Begins the delay of the collection, because the load has ended, also by a failure.</summary>
    public static void ReleaseSoon() => ReleaseTimer.Change(ReleaseDelay, Timeout.InfiniteTimeSpan);

    /// <summary>Collects the garbage and returns its memory to the system, with the code and constants that were used.</summary>
    public static void ReleaseMemory()
    {
        Resume();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        FilePages.Release(); // most of it was used for the load only
    }

    private static void Resume()
    {
        try
        {
            if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
            {
                GC.EndNoGCRegion();
            }
        }
        catch (InvalidOperationException)
        {
            // the load allocated more than expected, and the runtime has ended the suspension
        }
    }
}
