namespace Gorb.Model.Policy;

/// <summary>Grows the weight of a returning backend linearly from 1 to its full value.</summary>
internal static class SlowStart
{
    /// <summary>The maximum number of steps. Each costs a netlink message, and smaller steps have no visible effect.</summary>
    private const int MaxSteps = 20;
    private static readonly TimeSpan MinStep = TimeSpan.FromMilliseconds(250);

    public static int Weight(WeightInput backend, TimeSpan duration)
    {
        if (!IsGrowing(backend, duration))
        {
            return backend.Weight;
        }

        var grown = (Int128)backend.Weight * backend.UpFor!.Value.Ticks / duration.Ticks;
        return Math.Max(1, (int)grown);
    }

    /// <summary>Returns the time until the next step; null if the weight is at its full value.</summary>
    public static TimeSpan? UntilNextStep(WeightInput backend, TimeSpan duration)
    {
        if (!backend.IsUsable || !backend.IsUp || !IsGrowing(backend, duration))
        {
            return null;
        }

        var step = duration / Math.Min(MaxSteps, backend.Weight);
        var next = step < MinStep ? MinStep : step;
        var left = duration - backend.UpFor!.Value;
        return left < next ? left : next;
    }

    private static bool IsGrowing(WeightInput backend, TimeSpan duration) =>
        backend.Force == Force.None && backend.UpFor is { } age && age >= TimeSpan.Zero && age < duration;
}
