namespace Gorb.Targets.Host;

/// <summary>How the daemon treats the kernel settings that decide whether clients of a backend that is down are moved.</summary>
internal enum SysctlMode
{
    /// <summary>The daemon sets them.</summary>
    Apply,

    /// <summary>The daemon logs those that have another value.</summary>
    Check,

    /// <summary>The daemon leaves them alone and logs nothing.</summary>
    Off,
}
