using Microsoft.Extensions.Time.Testing;

namespace Gorb.Tests.Health.Monitoring;

/// <summary>A clock that may be set, forward or back, while time goes on as ever.</summary>
internal sealed class SteppedTime : FakeTimeProvider
{
    /// <summary>By how much it was set since the start.</summary>
    public TimeSpan Step { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Step;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
