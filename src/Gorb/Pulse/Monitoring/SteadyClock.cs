namespace Gorb.Pulse.Monitoring;

/// <summary>
/// Time that only goes on, at one pace. The host's clock may be set meanwhile (NTP, a machine that is resumed), and checks that are due must not wait until it is
/// there again. Its times are those of the host's clock when the daemon started, counted on from there.
/// </summary>
internal sealed class SteadyClock(TimeProvider time)
{
    /// <summary>By how much the host's clock may drift before that counts as setting it: what is shown of the past shall not change with every look.</summary>
    private static readonly TimeSpan Drift = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset _start = time.GetUtcNow();
    private readonly long _ticksAtStart = time.GetTimestamp();
    private TimeSpan _shift;

    public DateTimeOffset Now => _start + time.GetElapsedTime(_ticksAtStart);

    /// <summary>What the host's clock would have said then if it had been set before.</summary>
    public DateTimeOffset? HostTime(DateTimeOffset? at)
    {
        var shift = time.GetUtcNow() - Now;
        _shift = (shift - _shift).Duration() > Drift ? shift : _shift;
        return at + _shift;
    }
}
