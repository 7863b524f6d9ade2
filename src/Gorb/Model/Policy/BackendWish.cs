namespace Gorb.Model.Policy;

/// <summary>All that the weight of a backend depends on.</summary>
/// <param name="Weight">The weight that was asked for.</param>
/// <param name="Verdict">What the checks say.</param>
/// <param name="Drain">No new connections, whatever else is the case.</param>
/// <param name="Force">The operator's word.</param>
/// <param name="UpFor">Time since the checks brought it back, or null when they never took it out.</param>
internal readonly record struct BackendWish(int Weight, Verdict Verdict, bool Drain = false, Force Force = Force.None, TimeSpan? UpFor = null)
{
    /// <summary>True when it may get connections as far as people are concerned, whatever the checks say.</summary>
    public bool IsUsable => Weight > 0 && !Drain && Force != Force.Down;

    /// <summary>The verdict, or the operator's word above it.</summary>
    public bool IsUp => Force == Force.Up || (Force == Force.None && Verdict == Verdict.Up);
}
