using Gorb.Model.Checks;
using Gorb.Model.Policy;

namespace Gorb.Health.Policy;

/// <summary>The state of one check. Only results change it: it uses neither clock nor network.</summary>
internal readonly record struct CheckState
{
    public Verdict Verdict { get; private init; }

    /// <summary>
    /// True until the first result. One success then brings a backend up, since no failure is known. A first failure alone does not take it down; that
    /// needs fall failures in a row, as always.
    /// </summary>
    public bool IsProvisional { get; private init; }

    /// <summary>The last result; null before the first.</summary>
    public bool? LastPassed { get; private init; }

    /// <summary>How many results in a row equal the last one.</summary>
    public int Streak { get; private init; }

    public History History { get; private init; }

    /// <summary>Share of successes among the last 100 results; before the first result 1 or 0 by the verdict.</summary>
    public double Health => History.Health ?? (Verdict == Verdict.Up ? 1 : 0);

    /// <summary>The state before any result.</summary>
    /// <param name="policy">The start policy.</param>
    /// <param name="previous">For <see cref="StartPolicy.Keep"/>: the previous verdict. It counts as if results had led to it.</param>
    public static CheckState Start(StartPolicy policy, Verdict previous = Verdict.Up) => policy switch
    {
        StartPolicy.Keep => new CheckState { Verdict = previous },
        StartPolicy.Down => Assume(Verdict.Down),
        _ => Assume(Verdict.Up),
    };

    /// <summary>A verdict without results.</summary>
    public static CheckState Assume(Verdict verdict) => new() { Verdict = verdict, IsProvisional = true };

    /// <summary>The state after another result.</summary>
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

    /// <summary>The time from the start of the last check to the start of the next.</summary>
    public TimeSpan NextInterval(PulseOptions options)
    {
        if (options.BackOff is not { } longest || Verdict == Verdict.Up || LastPassed != false)
        {
            return options.Interval; // no back-off while the backend shows signs of life
        }

        var failuresSinceDown = Math.Clamp(Streak - options.Fall, 0, 40);
        var doubled = options.Interval.Ticks * Math.Pow(2, failuresSinceDown);
        return doubled < longest.Ticks ? TimeSpan.FromTicks((long)doubled) : longest;
    }
}
