namespace Gorb.Model.Policy;

/// <summary>Everything that the effective weight of a backend depends on.</summary>
/// <param name="Weight">The configured weight.</param>
/// <param name="Verdict">The verdict of the checks.</param>
/// <param name="Drain">True: no new connections, whatever the other values are.</param>
/// <param name="Force">The operator's override.</param>
/// <param name="UpFor">The time since the checks brought it back up; null if they never took it down.</param>
internal readonly record struct WeightInput(int Weight, Verdict Verdict, bool Drain = false, Force Force = Force.None, TimeSpan? UpFor = null)
{
    /// <summary>True when configuration and operator allow connections, whatever the checks say.</summary>
    public bool IsUsable => Weight > 0 && !Drain && Force != Force.Down;

    /// <summary>The verdict, unless the operator overrides it.</summary>
    public bool IsUp => Force == Force.Up || (Force == Force.None && Verdict == Verdict.Up);
}
