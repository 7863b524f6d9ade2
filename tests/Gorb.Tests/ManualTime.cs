using Microsoft.Extensions.Time.Testing;

namespace Gorb.Tests;

/// <summary>Time that passes when the test says so, with all that is due then done before it goes on. The library's own clock also does it whenever any thread
/// asks what time it is, and a test that advances it meanwhile does not wait for that thread.</summary>
internal sealed class ManualTime : FakeTimeProvider
{
    private long _passed;

    public override DateTimeOffset GetUtcNow() => Start.AddTicks(Interlocked.Read(ref _passed));

    public override long GetTimestamp() => Interlocked.Read(ref _passed);

    public void Pass(TimeSpan time)
    {
        Interlocked.Add(ref _passed, time.Ticks);
        Advance(time);
    }
}
