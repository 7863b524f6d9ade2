using System.Runtime;

namespace Gorb.Start;

/// <summary>What large loads leave behind.</summary>
internal static class BulkLoadGc
{
    /// <summary>By then whoever waited has been answered, and what was sent right then is done.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>What ten thousand backends make, twice; what makes more has its collections.</summary>
    private const long Bytes = 48 * 1024 * 1024;

    private static readonly Timer Later = new(static _ => GiveBack());

    /// <summary>
    /// Begins a large load, or tells that one has ended: no collection while somebody waits, for nearly all that a start or a large document makes is kept, and a
    /// collection would only move it. Two seconds after the last call, what was left behind is given back to the system; a daemon with little to do would
    /// keep many times the size of a document for hours.
    /// </summary>
    public static void Wait()
    {
        Later.Change(Pause, Timeout.InfiniteTimeSpan);
        try
        {
            if (GCSettings.LatencyMode != GCLatencyMode.NoGCRegion)
            {
                GC.TryStartNoGCRegion(Bytes, disallowFullBlockingGC: true);
            }
        }
        catch (InvalidOperationException)
        {
            // somebody else began to wait meanwhile
        }
    }

    private static void GiveBack()
    {
        EndWait();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private static void EndWait()
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
            // it has ended meanwhile, for more was made than expected and a collection was needed after all
        }
    }
}
