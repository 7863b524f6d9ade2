using System.Collections.Immutable;
using Gorb.Etcd;

namespace Gorb.Cluster;

/// <summary>
/// The documents of changes that are too large for one transaction. They count from the revision at which their change is committed, all at once, in place of those at their own keys, until they
/// are moved there.
/// </summary>
/// <param name="Committed">The change that is committed and not moved yet; null for none.</param>
/// <param name="Entries">The staged documents, by their staged keys. An empty value deletes the key.</param>
internal sealed record StagedDocuments(string? Committed, ImmutableDictionary<string, EtcdEntry> Entries)
{
    public static StagedDocuments None { get; } = new(null, ImmutableDictionary<string, EtcdEntry>.Empty);

    /// <summary>The staged documents after changes of keys; null stands for a deletion.</summary>
    public StagedDocuments After(ClusterKeys keys, IReadOnlyDictionary<string, EtcdEntry?> changes)
    {
        var entries = Entries;
        foreach (var (key, entry) in changes.Where(change => change.Key.StartsWith(keys.AllStaged, StringComparison.Ordinal)))
        {
            entries = entry is null ? entries.Remove(key) : entries.SetItem(key, entry);
        }

        var committed = changes.TryGetValue(keys.Committed, out var change) ? change is null ? null : System.Text.Encoding.UTF8.GetString(change.Value.Span) : Committed;
        return committed == Committed && ReferenceEquals(entries, Entries) ? this : new StagedDocuments(committed, entries);
    }

    /// <summary>The documents that count, each with its own key.</summary>
    public IEnumerable<(string Key, EtcdEntry Staged)> Counting(ClusterKeys keys)
    {
        if (Committed is null)
        {
            return [];
        }

        var prefix = keys.Staged(Committed);
        return Entries.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(entry => (Key: keys.Table + entry.Key[prefix.Length..], Staged: entry.Value))
            .Where(entry => keys.IsDocument(entry.Key));
    }

    /// <summary>The changes of what counts that follow from changes of keys, when these are the staged documents after them.</summary>
    /// <param name="keys">The keys of the cluster.</param>
    /// <param name="changes">The changes.</param>
    /// <param name="before">The staged documents before them.</param>
    public Dictionary<string, EtcdEntry?> Resolve(ClusterKeys keys, IReadOnlyDictionary<string, EtcdEntry?> changes, StagedDocuments before)
    {
        var counting = Counting(keys).ToDictionary(static entry => entry.Key, static entry => entry.Staged.Value.IsEmpty ? null : entry.Staged);
        var resolved = changes.Where(change => keys.IsDocument(change.Key) && !counting.ContainsKey(change.Key) && !before.IsMove(keys, change.Key, change.Value)).ToDictionary();
        if (Committed != before.Committed)
        {
            foreach (var (key, entry) in counting)
            {
                resolved[key] = entry;
            }
        }

        return resolved;
    }

    /// <summary>True if a write brings to a key the document that counts there already.</summary>
    private bool IsMove(ClusterKeys keys, string key, EtcdEntry? entry) => Committed is not null && Entries.TryGetValue(keys.Staged(Committed, key), out var staged)
        && (entry is null ? staged.Value.IsEmpty : staged.Value.Span.SequenceEqual(entry.Value.Span));
}
