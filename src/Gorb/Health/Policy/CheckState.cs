using Gorb.Model.Checks;
using Gorb.Model.Policy;

namespace Gorb.Health.Policy;

/// <summary>Where one check of a backend stands. Only results move it: it knows neither clock nor network.</summary>
internal readonly record struct CheckState
{
    public Verdict Verdict { get; private init; }

    /// <summary>
    /// True until the first result. A success then brings a backend up alone, since nothing spoke against it; a failure takes none down alone: it takes
    /// fall failures in a row, as ever.
    /// </summary>
    public bool IsProvisional { get; private init; }

    /// <summary>The last result, or null before the first.</summary>
    public bool? LastPassed { get; private init; }

    /// <summary>How many results in a row were like the last one.</summary>
    public int Streak { get; private init; }

    public History History { get; private init; }

    /// <summary>Share of successes over the last 100 results; before the first it follows the verdict.</summary>
    public double Health => History.Health ?? (Verdict == Verdict.Up ? 1 : 0);

    /// <summary>The state before any result.</summary>
    /// <param name="policy">The start policy.</param>
    /// <param name="had">For <see cref="StartPolicy.Keep"/>: what it counted as before. It is kept as if results had led there.</param>
    public static CheckState Start(StartPolicy policy, Verdict had = Verdict.Up) => policy switch
    {
        StartPolicy.Keep => new CheckState { Verdict = had },
        StartPolicy.Down => Assume(Verdict.Down),
        _ => Assume(Verdict.Up),
    };

    /// <summary>A verdict that no result has led to.</summary>
    public static CheckState Assume(Verdict verdict) => new() { Verdict = verdict, IsProvisional = true };

    /// <summary>The state after one more result.</summary>
    public CheckState Next(bool passed, int rise, int fall)
    {
        var streak = passed == LastPassed ? Streak + 1 : 1;
        var agrees = passed == (Verdict == Verdict.Up);
        var decides = (IsProvisional && passed) || streak >= (passed ? rise : fall);
        return new CheckState
        {
            Verdict = agrees || !decides ? Verdict : passed ? Verdict.Up : Verdict.Down,
            LastPassed = passed,
            Streak = streak,
            History = History.Add(passed),
        };
    }

    /// <summary>How long after the start of the last check the next one starts.</summary>
    public TimeSpan NextInterval(PulseOptions options)
    {
        if (options.BackOff is not { } longest || Verdict == Verdict.Up || LastPassed != false)
        {
            return options.Interval; // a backend that shows life is looked at as often as ever
        }

        var failuresSinceDown = Math.Clamp(Streak - options.Fall, 0, 40);
        var doubled = options.Interval.Ticks * Math.Pow(2, failuresSinceDown);
        return doubled < longest.Ticks ? TimeSpan.FromTicks((long)doubled) : longest;
    }
}
