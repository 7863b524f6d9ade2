namespace Gorb.Tests.Sources.Docker;

/// <summary>A wall clock that is set while time goes on as ever.</summary>
internal sealed class SteppedClock : TimeProvider
{
    /// <summary>How far it was set forward; negative for back.</summary>
    public TimeSpan Step { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Step;
}
