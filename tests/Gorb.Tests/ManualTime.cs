using Microsoft.Extensions.Time.Testing;

namespace Gorb.Tests;

/// <summary>
/// The clock of all tests, which only the test advances. The package's own clock fires due timers whenever a thread reads the time, so their callbacks might still run
/// after <see cref="Advance"/> returns; here that clock only keeps the timers.
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

    /// <summary>The monotonic clock, which cannot be set.</summary>
    public override long GetTimestamp() => TimeSpan.TicksPerDay + Interlocked.Read(ref _passed);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _timers.CreateTimer(callback, state, dueTime, period);

    /// <summary>Advances time and runs the timers that are due before it returns.</summary>
    public void Advance(TimeSpan time)
    {
        Interlocked.Add(ref _passed, time.Ticks);
        _timers.Advance(time);
    }

    /// <summary>Advances time without firing timers, so the daemon does nothing on its own during the test.</summary>
    public void AdvanceWithoutTimers(TimeSpan time) => Interlocked.Add(ref _passed, time.Ticks);

    /// <summary>Sets the host's clock forward or back.</summary>
    public void SetHost(TimeSpan by) => Interlocked.Add(ref _setBy, by.Ticks);
}
