namespace Gorb.Targets.Host;

/// <summary>A kernel setting that the table needs, or that Gorb has set.</summary>
/// <param name="Setting">The setting, as sysctl(8) writes it.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Need">Why the table needs it; null when it does not any more.</param>
/// <param name="Seen">The value in force; null when the setting does not exist.</param>
/// <param name="Previous">The value before Gorb set it; null when Gorb has not set it.</param>
/// <param name="Obstacle">Why Gorb cannot set it although it should; null when it can, or should not.</param>
internal sealed record SysctlState(string Setting, SysctlStatus Status, SysctlNeed? Need, string? Seen, string? Previous, string? Obstacle);

/// <summary>What became of a setting.</summary>
internal enum SysctlStatus
{
    /// <summary>It is as the table needs it.</summary>
    Set,

    /// <summary>It has another value.</summary>
    Missing,

    /// <summary>The operator had its previous value restored; Gorb leaves it alone until its end.</summary>
    Restored,

    /// <summary>Gorb set it, and nothing needs it any more.</summary>
    Unneeded,

    /// <summary>The kernel does not have it: its module is not loaded, or it is too old.</summary>
    Absent,
}

/// <summary>A setting that is to be set.</summary>
/// <param name="Need">The setting and the wanted value.</param>
/// <param name="Before">The value that it has.</param>
internal sealed record SysctlChange(SysctlNeed Need, string Before);
