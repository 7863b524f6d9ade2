namespace Gorb.Model.Policy;

/// <summary>How a service turns verdicts into weights.</summary>
internal sealed record ServicePolicy
{
    /// <summary>How long a backend that came back takes to its full weight; zero is at once.</summary>
    public TimeSpan SlowStart { get; init; }

    public Fallback Fallback { get; init; }

    /// <summary>Percentage of usable backends that must be up; with fewer, verdicts are ignored. 0 is off.</summary>
    public int MinHealthy { get; init; }
}
