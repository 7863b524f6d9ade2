namespace Gorb.Targets.Host;

/// <summary>What the daemon does about kernel settings that the table needs and that have another value.</summary>
internal enum SysctlMode
{
    /// <summary>The daemon sets those that concern IPVS alone and that something asked for, and logs the others.</summary>
    Default,

    /// <summary>The daemon sets them.</summary>
    Apply,

    /// <summary>The daemon logs them.</summary>
    Check,

    /// <summary>The daemon leaves them alone and logs nothing.</summary>
    Off,
}
