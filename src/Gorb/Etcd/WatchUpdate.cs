namespace Gorb.Etcd;

/// <summary>What a watch tells its follower.</summary>
internal abstract record WatchUpdate;

/// <summary>All keys as they are at a revision: at first, after each interruption, and every minute. What the follower has beside them is gone.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Entries">All keys.</param>
/// <param name="IsEarlier">True if the revision is before one that was told already: etcd was restored from a backup.</param>
internal sealed record WatchListing(long Revision, IReadOnlyList<EtcdEntry> Entries, bool IsEarlier) : WatchUpdate;

/// <summary>All changes since the update before, each once, in their order. Changes of one revision are never torn apart.</summary>
/// <param name="Revision">The revision of the last change.</param>
/// <param name="Changes">The changes.</param>
internal sealed record WatchChanges(long Revision, IReadOnlyList<EtcdChange> Changes) : WatchUpdate;

/// <summary>Changes do not arrive any more; the watch is begun again until that succeeds. A listing comes next, or another reason.</summary>
/// <param name="Reason">Why.</param>
internal sealed record WatchInterruption(string Reason) : WatchUpdate;
