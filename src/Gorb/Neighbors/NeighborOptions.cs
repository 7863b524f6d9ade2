using Gorb.Cli;
using Gorb.State;

namespace Gorb.Neighbors;

/// <summary>How daemons on one kernel find each other, and what this one says of itself.</summary>
/// <param name="Prefix">Begins the names of their abstract sockets; null for a daemon that neither looks for others nor is found.</param>
/// <param name="Introduction">Where this daemon listens and what it saves, in words.</param>
internal sealed record NeighborOptions(string? Prefix, string Introduction)
{
    public static NeighborOptions Of(DaemonOptions options) => new(
        "gorb-ipvs/",
        $"API at {options.Listen}, {(options.State == StateExtensions.None ? "no state file" : $"state file {Path.GetFullPath(options.State)}")}, host {Environment.MachineName}");
}
