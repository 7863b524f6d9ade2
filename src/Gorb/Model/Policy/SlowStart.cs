namespace Gorb.Model.Policy;

/// <summary>The weight of a backend that came back grows in proportion to time, from 1 to all of it.</summary>
internal static class SlowStart
{
    /// <summary>More steps than this would be noise, and each costs the kernel a message.</summary>
    private const int MaxSteps = 20;
    private static readonly TimeSpan MinStep = TimeSpan.FromMilliseconds(250);

    public static int Weight(BackendWish backend, TimeSpan duration)
    {
        if (!IsGrowing(backend, duration))
        {
            return backend.Weight;
        }

        var grown = (Int128)backend.Weight * backend.UpFor!.Value.Ticks / duration.Ticks;
        return Math.Max(1, (int)grown);
    }

    /// <summary>How long until the weight should be found anew, or null when it is all there.</summary>
    public static TimeSpan? UntilNextStep(BackendWish backend, TimeSpan duration)
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

    private static bool IsGrowing(BackendWish backend, TimeSpan duration) =>
        backend.Force == Force.None && backend.UpFor is { } age && age >= TimeSpan.Zero && age < duration;
}
