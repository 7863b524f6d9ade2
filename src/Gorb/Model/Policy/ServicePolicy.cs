namespace Gorb.Model.Policy;

/// <summary>How a service derives weights from verdicts.</summary>
internal sealed record ServicePolicy
{
    /// <summary>The time in which the weight of a recovered backend grows to its full value; zero for no slow start.</summary>
    public TimeSpan SlowStart { get; init; }

    public Fallback Fallback { get; init; }

    /// <summary>Percentage of usable backends that must be up; below it, verdicts are ignored. 0 turns this off.</summary>
    public int MinHealthy { get; init; }
}
