namespace Gorb.Model;

/// <summary>
/// A clock that always runs forward at one pace. The host's clock may be set at any time (NTP, a virtual machine that is resumed); a deadline, a check that is due or
/// the age of something must not move with it. Its times are those of the host's clock when the daemon started, counted on from there.
/// </summary>
internal sealed class SteadyClock(TimeProvider time)
{
    /// <summary>By how much the host's clock may drift before that counts as setting it: what is shown of the past shall not change with every look.</summary>
    private static readonly TimeSpan Drift = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset _start = time.GetUtcNow();
    private readonly long _ticksAtStart = time.GetTimestamp();
    private long _shiftTicks;

    public DateTimeOffset Now => _start + time.GetElapsedTime(_ticksAtStart);

    /// <summary>A time of this clock by the host's clock, as that is set at present.</summary>
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
