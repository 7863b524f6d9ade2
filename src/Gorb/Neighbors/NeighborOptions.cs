namespace Gorb.Neighbors;

/// <summary>How Gorb daemons on one kernel find each other, and how this daemon introduces itself.</summary>
/// <param name="Prefix">The prefix of the names of their abstract sockets; null for a daemon that neither searches nor can be found.</param>
/// <param name="Introduction">The daemon's API address, state file and host, as text.</param>
internal sealed record NeighborOptions(string? Prefix, string Introduction)
{
    /// <param name="listen">The addresses of this daemon's API.</param>
    /// <param name="stateFile">The path of its state file; null for none.</param>
    public static NeighborOptions Of(IEnumerable<string> listen, string? stateFile) => new(
        "gorb-ipvs/",
        $"API at {string.Join(", ", listen)}, {(stateFile is null ? "no state file" : $"state file {Path.GetFullPath(stateFile)}")}, host {Environment.MachineName}");
}
