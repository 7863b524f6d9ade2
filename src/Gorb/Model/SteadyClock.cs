namespace Gorb.Model;

/// <summary>
/// A monotonic clock. The host's clock may be set at any time (NTP, a resumed virtual machine); deadlines, check times and ages
/// must not move with it. The steady clock starts at the host's time when the daemon starts and counts from there.
/// </summary>
internal sealed class SteadyClock(TimeProvider time)
{
    /// <summary>The drift of the host's clock below which conversions keep their offset, so that a past time is displayed the same every time.</summary>
    private static readonly TimeSpan Drift = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset _start = time.GetUtcNow();
    private readonly long _ticksAtStart = time.GetTimestamp();
    private long _shiftTicks;

    public DateTimeOffset Now => _start + time.GetElapsedTime(_ticksAtStart);

    /// <summary>Converts a time of this clock to the host's clock at its current setting.</summary>
    public DateTimeOffset HostTime(DateTimeOffset at)
    {
        var shift = (time.GetUtcNow() - Now).Ticks;
        if (Math.Abs(shift - Interlocked.Read(ref _shiftTicks)) > Drift.Ticks)
        {
            Interlocked.Exchange(ref _shiftTicks, shift);
        }

        return at.AddTicks(Interlocked.Read(ref _shiftTicks));
    }

    /// <inheritdoc cref="HostTime(DateTimeOffset)"/>
    public DateTimeOffset? HostTime(DateTimeOffset? at) => at is { } known ? HostTime(known) : null;
}
