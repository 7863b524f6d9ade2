namespace Gorb.PageTests.Browser;

/// <summary>A clock that runs as the host's does, and can be shifted, so that a daemon gets a past in a moment. When all of that time has been made up, it shows the host's time.</summary>
/// <param name="behind">How far it is behind the host at the start.</param>
internal sealed class ShiftedTime(TimeSpan behind) : TimeProvider
{
    private long _shift;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() - behind + TimeSpan.FromTicks(Interlocked.Read(ref _shift));

    public override long GetTimestamp() => System.GetTimestamp() + (Interlocked.Read(ref _shift) * (TimestampFrequency / TimeSpan.TicksPerSecond));

    public void Shift(TimeSpan by) => Interlocked.Add(ref _shift, by.Ticks);
}
