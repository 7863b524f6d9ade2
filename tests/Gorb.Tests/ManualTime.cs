using Microsoft.Extensions.Time.Testing;

namespace Gorb.Tests;

/// <summary>
/// The clock of all tests: time passes when the test says so. The package's own clock runs what is due whenever any thread asks for the time, so that a test could not
/// rely on it being done after <see cref="Advance"/>; here it only keeps the timers.
/// </summary>
/// <param name="start">The host's time at the start.</param>
internal sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly FakeTimeProvider _timers = new();
    private long _passed;
    private long _setBy;

    public ManualTime()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>The host's clock, which can be set.</summary>
    public override DateTimeOffset GetUtcNow() => start.AddTicks(Interlocked.Read(ref _passed) + Interlocked.Read(ref _setBy));

    /// <summary>The steady clock, which cannot.</summary>
    public override long GetTimestamp() => TimeSpan.TicksPerDay + Interlocked.Read(ref _passed);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _timers.CreateTimer(callback, state, dueTime, period);

    /// <summary>Time passes, and what is due then is done before this returns.</summary>
    public void Advance(TimeSpan time)
    {
        Interlocked.Add(ref _passed, time.Ticks);
        _timers.Advance(time);
    }

    /// <summary>Time passes, but no timer fires: the daemon does nothing by itself beside the test.</summary>
    public void AdvanceWithoutTimers(TimeSpan time) => Interlocked.Add(ref _passed, time.Ticks);

    /// <summary>Somebody sets the host's clock, forward or back.</summary>
    public void SetHost(TimeSpan by) => Interlocked.Add(ref _setBy, by.Ticks);
}
