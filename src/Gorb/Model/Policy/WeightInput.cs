namespace Gorb.Model.Policy;

/// <summary>Everything that the effective weight of a backend depends on.</summary>
/// <param name="Weight">The configured weight.</param>
/// <param name="Verdict">The verdict of the checks.</param>
/// <param name="Drain">True for no new connections, regardless of the other values.</param>
/// <param name="Force">The operator's override.</param>
/// <param name="UpFor">The time since the backend recovered; null if the checks never took it down.</param>
internal readonly record struct WeightInput(int Weight, Verdict Verdict, bool Drain = false, Force Force = Force.None, TimeSpan? UpFor = null)
{
    /// <summary>True if the configuration and the operator allow connections, regardless of the checks.</summary>
    public bool IsUsable => Weight > 0 && !Drain && Force != Force.Down;

    /// <summary>The verdict, unless the operator overrides it.</summary>
    public bool IsUp => Force == Force.Up || (Force == Force.None && Verdict == Verdict.Up);
}
