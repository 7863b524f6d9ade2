using Gorb.Ipvs.Processes;

namespace Gorb.Start;

/// <summary>
/// Returns memory to the system when the daemon has become idle after work. The collector runs only while objects are allocated, so the garbage of the last requests would stay until more
/// come.
/// </summary>
internal sealed class IdleMemory
{
    /// <summary>The daemon is idle when it allocates no more than <see cref="MaxIdleBytes"/> in this time.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>What timers and a few health checks allocate.</summary>
    private const long MaxIdleBytes = 1024 * 1024;

    /// <summary>Less garbage is left alone: a collection stops all threads for milliseconds.</summary>
    private const long MinGarbageBytes = 3 * 1024 * 1024;

    private static Timer? _timer;

    private long _allocated;
    private long _released;
    private long _kept;

    /// <summary>Looks every 15 seconds from now on.</summary>
    public static void Watch()
    {
        var memory = new IdleMemory();
        _timer = new Timer(_ => memory.Look(), null, Interval, Interval);
    }

    /// <summary>True when the daemon has done next to nothing since the last look.</summary>
    public bool IsIdle { get; private set; }

    /// <summary>True when the daemon is idle and has allocated, since the last release, at least as much as was then kept.</summary>
    /// <param name="allocated">The bytes allocated since the start of the process.</param>
    public bool IsReleasable(long allocated)
    {
        IsIdle = allocated - _allocated <= MaxIdleBytes;
        _allocated = allocated;
        return IsIdle && allocated - _released >= Math.Max(MinGarbageBytes, _kept);
    }

    /// <summary>Notes a release.</summary>
    /// <param name="allocated">The bytes allocated until then.</param>
    /// <param name="kept">The bytes in use afterwards.</param>
    public void Released(long allocated, long kept) => (_released, _kept) = (allocated, kept);

    private void Look()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        if (IsReleasable(allocated))
        {
            BulkLoadGc.ReleaseMemory();
            Released(allocated, GC.GetTotalMemory(forceFullCollection: false));
        }
        else if (IsIdle)
        {
            FilePages.Release(); // the kernel maps 64 kB around each function that a timer runs
        }
    }
}
