using System.Collections.Immutable;
using Gorb.Etcd;
using Gorb.Model;
using Gorb.Model.Merging;

namespace Gorb.Cluster;

/// <summary>The cluster's table at a revision of etcd. It is immutable, and has no verdicts.</summary>
/// <param name="Revision">The revision up to which the changes are in the table.</param>
/// <param name="Table">The table.</param>
/// <param name="Versions">For each key in etcd the revision of its last write.</param>
internal sealed record SharedTable(long Revision, Table Table, ImmutableDictionary<string, long> Versions)
{
    public static SharedTable Empty { get; } = new(0, Table.Empty, ImmutableDictionary<string, long>.Empty);

    /// <summary>The documents of a change that is too large for one transaction.</summary>
    public StagedDocuments Staged { get; private init; } = StagedDocuments.None;

    /// <summary>Who changed each service last.</summary>
    public SharedAuthors Authors { get; private init; } = SharedAuthors.None;

    /// <summary>The identity of the table; null while there is none in etcd.</summary>
    public string? Identity { get; private init; }

    /// <summary>The revision of the last change that a director waits for until all have it; 0 for none.</summary>
    public long Awaited { get; private init; }

    /// <summary>The revision of a key; 0 if it does not exist.</summary>
    public long Version(string key) => Versions.GetValueOrDefault(key);

    /// <summary>The table after what a watch has told. Services that have not changed stay the same objects.</summary>
    /// <exception cref="ClusterFormatException">A document cannot be used by this version; the table stays as it is.</exception>
    public SharedTable After(ClusterKeys keys, WatchUpdate update) => update switch
    {
        WatchListing listing => Fold(keys, update, Difference(listing), listing.Revision),
        WatchChanges changes => Fold(keys, update, Last(changes), changes.Revision),
        _ => this,
    };

    private static Dictionary<string, EtcdEntry?> Last(WatchChanges changes)
    {
        var last = new Dictionary<string, EtcdEntry?>();
        foreach (var change in changes.Changes)
        {
            last[change.Key] = change.Entry;
        }

        return last;
    }

    private Dictionary<string, EtcdEntry?> Difference(WatchListing listing)
    {
        var different = Versions.Keys.ToDictionary(static key => key, static _ => (EtcdEntry?)null);
        foreach (var entry in listing.Entries)
        {
            if (Version(entry.Key) == entry.ModRevision)
            {
                different.Remove(entry.Key);
            }
            else
            {
                different[entry.Key] = entry;
            }
        }

        return different;
    }

    private SharedTable Fold(ClusterKeys keys, WatchUpdate update, Dictionary<string, EtcdEntry?> changes, long revision)
    {
        var versions = Versions.ToBuilder();
        foreach (var (key, entry) in changes)
        {
            if (entry is null)
            {
                versions.Remove(key);
            }
            else
            {
                versions[key] = entry.ModRevision;
            }
        }

        var staged = Staged.After(keys, changes);
        var resolved = staged.Resolve(keys, changes, Staged);
        var table = FoldTable(keys, resolved);
        return new SharedTable(revision, table, versions.ToImmutable())
        {
            Staged = staged,
            Awaited = FindAwaited(keys, update, changes),
            Authors = Authors.After(keys, update, resolved.Keys, table),
            Identity = changes.TryGetValue(keys.Identity, out var identity) ? TableIdentity.Read(identity) : Identity,
        };
    }

    private long FindAwaited(ClusterKeys keys, WatchUpdate update, Dictionary<string, EtcdEntry?> changes)
    {
        var heads = update is WatchChanges told ? told.Changes.Where(change => change.Key == keys.Head).Select(static change => change.Entry) : [changes.GetValueOrDefault(keys.Head)];
        return heads.OfType<EtcdEntry>().LastOrDefault(static head => HeadDocument.Read(head.Value) is { IsAwaited: true })?.ModRevision ?? Awaited;
    }

    private Table FoldTable(ClusterKeys keys, Dictionary<string, EtcdEntry?> changes)
    {
        var services = Below(keys.Services, changes).Select(static change => (change.Name, Shared: change.Entry is null ? new Merged(null, []) : ServiceDocument.Read(change.Name, change.Entry.Value))).ToList();
        var sources = Below(keys.Sources, changes).ToList();
        if (services.Count == 0 && sources.Count == 0)
        {
            return Table;
        }

        var table = new Table.Builder(Table);
        services.ForEach(change => table.Remove(change.Name)); // all first: services may have exchanged their places
        foreach (var (name, shared) in services)
        {
            table.SetClaims(name, shared.Claims);
            if (shared.Service is { } service && !table.TryAdd(service, out var owner))
            {
                throw new ClusterFormatException($"the cluster's documents of services '{name}' and '{owner}' have the same address {service.Spec.Key}: something else than Gorb wrote them");
            }
        }

        sources.ForEach(change => table.SetSource(change.Name, change.Entry is null ? null : SourceDocument.Read(change.Name, change.Entry.Value)));
        return table.ToTable();
    }

    private static IEnumerable<(string Name, EtcdEntry? Entry)> Below(string prefix, Dictionary<string, EtcdEntry?> changes) =>
        changes.Where(change => change.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(change => (change.Key[prefix.Length..], change.Value));
}
