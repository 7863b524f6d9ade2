namespace Gorb.Targets.Host;

/// <summary>What the daemon does with the kernel's settings that decide what becomes of the clients of a backend that is down.</summary>
internal enum SysctlMode
{
    /// <summary>It sets them.</summary>
    Apply,

    /// <summary>It says which are not as they should be.</summary>
    Check,

    /// <summary>It leaves them and says nothing.</summary>
    Off,
}
