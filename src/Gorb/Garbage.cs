using System.Runtime;

namespace Gorb;

/// <summary>What a load leaves behind.</summary>
internal static class Garbage
{
    /// <summary>By then whoever waited for the daemon's start has been answered, and what was sent right then is done.</summary>
    private static readonly TimeSpan StartIsOver = TimeSpan.FromSeconds(2);

    /// <summary>What a start over ten thousand backends makes, twice; one that makes more has its collections.</summary>
    private const long StartBytes = 48 * 1024 * 1024;

    /// <summary>
    /// No collection until the start is over: nearly all that it makes is kept, and a collection would only move it while somebody waits. For the daemon
    /// itself, not for tests, which start many in one process.
    /// </summary>
    public static void WaitForStart() => GC.TryStartNoGCRegion(StartBytes);

    /// <summary>Gives back what the daemon's start leaves behind, when nobody waits for the start any more.</summary>
    public static void GiveBackAfterStart(WebApplication app)
    {
        var timer = app.Services.Get<TimeProvider>()
            .CreateTimer(static _ => GiveBack(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        app.Lifetime.ApplicationStarted.Register(() => timer.Change(StartIsOver, Timeout.InfiniteTimeSpan));
        app.Lifetime.ApplicationStopped.Register(timer.Dispose);
    }

    /// <summary>
    /// Gives what a large load left behind back to the system, on a thread of the pool. A document or a saved table of thousands of backends
    /// leaves garbage of many times its size, which a daemon with little to do would keep for hours.
    /// </summary>
    public static void GiveBack() =>
        ThreadPool.QueueUserWorkItem(static _ =>
        {
            EndWait();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        });

    private static void EndWait()
    {
        if (GCSettings.LatencyMode != GCLatencyMode.NoGCRegion)
        {
            return;
        }

        try
        {
            GC.EndNoGCRegion();
        }
        catch (InvalidOperationException)
        {
            // it has ended meanwhile: two give back at once, or a collection was needed after all
        }
    }
}
