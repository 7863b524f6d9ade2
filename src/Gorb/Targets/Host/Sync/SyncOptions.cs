namespace Gorb.Targets.Host.Sync;

/// <summary>Where this director synchronizes its connections with others.</summary>
/// <param name="Interface">The network device of the multicast traffic; null when connections are not synchronized.</param>
/// <param name="Id">The number that the directors of a group share, 1 to 255. The kernel's 0 would accept the connections of every group.</param>
internal sealed record SyncOptions(string? Interface, uint Id)
{
    public const uint MaxId = 255;

    /// <summary>No synchronization.</summary>
    public static readonly SyncOptions Off = new(null, 0);
}
