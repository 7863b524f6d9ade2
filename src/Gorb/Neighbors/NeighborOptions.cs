using System.Net;

namespace Gorb.Neighbors;

/// <summary>How daemons on one kernel find each other, and what this one says of itself.</summary>
/// <param name="Prefix">Begins the names of their abstract sockets; null for a daemon that neither looks for others nor is found.</param>
/// <param name="Introduction">Where this daemon listens and what it saves, in words.</param>
internal sealed record NeighborOptions(string? Prefix, string Introduction)
{
    /// <param name="listen">Where this daemon's API is.</param>
    /// <param name="stateFile">Its state file; null for none.</param>
    public static NeighborOptions Of(IPEndPoint listen, string? stateFile) => new(
        "gorb-ipvs/",
        $"API at {listen}, {(stateFile is null ? "no state file" : $"state file {Path.GetFullPath(stateFile)}")}, host {Environment.MachineName}");
}
