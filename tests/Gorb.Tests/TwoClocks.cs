namespace Gorb.Tests;

/// <summary>The host's clock, which can be set, and the steady one, which cannot. Without timers: what the daemon does by itself it does not do beside the test.</summary>
internal sealed class TwoClocks : TimeProvider
{
    private DateTimeOffset _host = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _steady = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _host;

    public override long GetTimestamp() => _steady;

    /// <summary>Time passes on both.</summary>
    public void Pass(TimeSpan time)
    {
        _host += time;
        _steady += time.Ticks;
    }

    /// <summary>Somebody sets the host's clock, forward or back.</summary>
    public void SetHost(TimeSpan by) => _host += by;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}
