namespace Gorb.Health.Policy;

/// <summary>The last 100 results of a check, one bit each.</summary>
internal readonly record struct History
{
    public const int Length = 100;
    private static readonly UInt128 Mask = (UInt128.One << Length) - 1;

    /// <summary>The newest result is the lowest bit; a failure is 1.</summary>
    private UInt128 Failures { get; init; }

    /// <summary>The number of results, up to <see cref="Length"/>.</summary>
    public int Count { get; private init; }

    /// <summary>Share of successes; null before the first result.</summary>
    public double? Health => Count == 0 ? null : 1 - ((double)(int)UInt128.PopCount(Failures) / Count);

    public History Add(bool passed) => new()
    {
        Failures = ((Failures << 1) | (passed ? UInt128.Zero : UInt128.One)) & Mask,
        Count = Math.Min(Count + 1, Length),
    };
}
