using System.Collections.Immutable;
using Gorb.Etcd;

namespace Gorb.Cluster;

/// <summary>
/// The documents of changes that are too large for one transaction. They count from the revision at which their change is committed, all at once, in place of those at their own keys, until they
/// are moved there.
/// </summary>
/// <param name="Committed">The change that is committed and not moved yet; null for none.</param>
/// <param name="Bundles">What is staged, by its keys (<see cref="StagedBundle"/>).</param>
internal sealed record StagedDocuments(string? Committed, ImmutableDictionary<string, EtcdEntry> Bundles)
{
    public static StagedDocuments None { get; } = new(null, ImmutableDictionary<string, EtcdEntry>.Empty);

    /// <summary>The documents that count, by their own keys. An empty one deletes the key.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Counting { get; private init; } = ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty;

    /// <summary>The staged documents after changes of keys; null stands for a deletion.</summary>
    /// <exception cref="ClusterFormatException">They are damaged.</exception>
    public StagedDocuments After(ClusterKeys keys, IReadOnlyDictionary<string, EtcdEntry?> changes)
    {
        var (bundles, prefix) = (Bundles, keys.AllStaged);
        foreach (var (key, entry) in changes.Where(change => change.Key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            bundles = entry is null ? bundles.Remove(key) : bundles.SetItem(key, entry);
        }

        var committed = changes.TryGetValue(keys.Committed, out var change) ? change is null ? null : System.Text.Encoding.UTF8.GetString(change.Value.Span) : Committed;
        return committed == Committed && ReferenceEquals(bundles, Bundles) ? this : new StagedDocuments(committed, bundles)
        {
            Counting = committed is null ? None.Counting : Unpack(keys, keys.AllBundles(committed), bundles),
        };
    }

    /// <summary>The changes of what counts that follow from changes of keys, when these are the staged documents after them.</summary>
    /// <param name="keys">The keys of the cluster.</param>
    /// <param name="changes">The changes.</param>
    /// <param name="before">The staged documents before them.</param>
    public Dictionary<string, EtcdEntry?> Resolve(ClusterKeys keys, IReadOnlyDictionary<string, EtcdEntry?> changes, StagedDocuments before)
    {
        var resolved = changes.Where(change => keys.IsDocument(change.Key) && !Counting.ContainsKey(change.Key) && !before.IsMove(change.Key, change.Value)).ToDictionary();
        if (Committed != before.Committed)
        {
            foreach (var (key, value) in Counting)
            {
                resolved[key] = value.IsEmpty ? null : new EtcdEntry(key, value, 0, 0, 0);
            }
        }

        return resolved;
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> Unpack(ClusterKeys keys, string prefix, ImmutableDictionary<string, EtcdEntry> bundles) => bundles
        .Where(bundle => bundle.Key.StartsWith(prefix, StringComparison.Ordinal))
        .SelectMany(static bundle => StagedBundle.Read(bundle.Value.Value))
        .Select(document => KeyValuePair.Create(keys.Table + document.Key, document.Value))
        .Where(document => keys.IsDocument(document.Key)).ToDictionary();

    /// <summary>True if a write brings to a key the document that counts there already.</summary>
    private bool IsMove(string key, EtcdEntry? entry) => Counting.TryGetValue(key, out var staged) && (entry is null ? staged.IsEmpty : staged.Span.SequenceEqual(entry.Value.Span));
}
