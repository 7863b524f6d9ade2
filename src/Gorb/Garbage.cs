namespace Gorb;

/// <summary>What a load leaves behind.</summary>
internal static class Garbage
{
    /// <summary>By then whoever waited for the daemon's start has been answered.</summary>
    private static readonly TimeSpan StartIsOver = TimeSpan.FromMilliseconds(500);

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
        ThreadPool.QueueUserWorkItem(static _ => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true));
}
