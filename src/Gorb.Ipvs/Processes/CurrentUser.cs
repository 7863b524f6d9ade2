using static Tmds.Linux.LibC;

namespace Gorb.Ipvs.Processes;

/// <summary>The user that this process acts as.</summary>
public static class CurrentUser
{
    /// <summary>The effective user id (geteuid(2)), which owns new files of this process; 0 is root.</summary>
    public static uint Id => (uint)geteuid();
}
