using System.Diagnostics;

namespace Gorb.KernelTests.Cluster.Chaos;

/// <summary>The time since a run began.</summary>
internal sealed class RunClock
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public TimeSpan Now => _clock.Elapsed;
}
