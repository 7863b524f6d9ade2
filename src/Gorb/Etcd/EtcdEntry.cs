using Gorb.Etcd.Wire;

namespace Gorb.Etcd;

/// <summary>A key with its value.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
/// <param name="CreateRevision">The revision at which the key was made, most recently.</param>
/// <param name="ModRevision">The revision at which it was last written.</param>
/// <param name="Lease">The lease with which it ends; 0 for none.</param>
internal sealed record EtcdEntry(string Key, ReadOnlyMemory<byte> Value, long CreateRevision, long ModRevision, long Lease)
{
    internal static EtcdEntry Of(KeyValue entry) => new(entry.Key.ToStringUtf8(), entry.Value.Memory, entry.CreateRevision, entry.ModRevision, entry.Lease);
}

/// <summary>All keys of a range at one revision.</summary>
/// <param name="Revision">The revision of the whole store.</param>
/// <param name="Entries">The keys in their order.</param>
internal sealed record EtcdListing(long Revision, IReadOnlyList<EtcdEntry> Entries);

/// <summary>The change of one key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Entry">The key as it is now; null when it was deleted.</param>
/// <param name="Revision">The revision of the change.</param>
internal sealed record EtcdChange(string Key, EtcdEntry? Entry, long Revision);

/// <summary>A member's status.</summary>
/// <param name="Endpoint">The member.</param>
/// <param name="Version">Its version, such as 3.4.23.</param>
/// <param name="DatabaseBytes">The size of its database.</param>
/// <param name="IsLeader">Whether it leads.</param>
/// <param name="HasLeader">Whether it knows a leader; without one it can serve nothing.</param>
internal sealed record EtcdStatus(Uri Endpoint, string Version, long DatabaseBytes, bool IsLeader, bool HasLeader);
