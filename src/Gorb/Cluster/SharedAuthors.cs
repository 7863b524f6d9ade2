using System.Collections.Immutable;
using Gorb.Etcd;
using Gorb.Model;

namespace Gorb.Cluster;

/// <summary>Who changed each service of the cluster's table last, as far as a watch has told it. A listing tells the author of the last change only.</summary>
internal sealed class SharedAuthors
{
    /// <summary>The number of authors that are kept of services that are gone, beside those of services that are there.</summary>
    private const int MaxFormer = 1000;

    private readonly ImmutableDictionary<string, ChangeOrigin> _authors;

    private SharedAuthors(ImmutableDictionary<string, ChangeOrigin> authors) => _authors = authors;

    public static SharedAuthors None { get; } = new(ImmutableDictionary<string, ChangeOrigin>.Empty);

    /// <summary>The author of the last change of a service; null if it is not known.</summary>
    public ChangeOrigin? Find(string service) => _authors.TryGetValue(service, out var author) ? author : null;

    /// <summary>The authors after an update.</summary>
    /// <param name="keys">The keys of the cluster.</param>
    /// <param name="update">The update.</param>
    /// <param name="changed">The keys of the documents that it changes, staged ones under their own keys.</param>
    /// <param name="after">The table after it.</param>
    public SharedAuthors After(ClusterKeys keys, WatchUpdate update, IEnumerable<string> changed, Table after)
    {
        var (heads, revisions) = Read(keys, update);
        var authors = _authors.Count > after.Services.Count + MaxFormer ? _authors.RemoveRange(_authors.Keys.Where(name => after.Find(name) is null)) : _authors;
        foreach (var key in changed.Where(key => key.StartsWith(keys.Services, StringComparison.Ordinal)))
        {
            var name = key[keys.Services.Length..];
            var author = (revisions.TryGetValue(key, out var revision) || revisions.TryGetValue(keys.Committed, out revision)) && heads.TryGetValue(revision, out var head) ? head.FindAuthor(name) : null;
            authors = author is { } found ? authors.SetItem(name, found) : authors.Remove(name);
        }

        return ReferenceEquals(authors, _authors) ? this : new SharedAuthors(authors);
    }

    /// <summary>The changes of an update by their revisions, and the revision at which each key was last written.</summary>
    private static (Dictionary<long, HeadDocument> Heads, Dictionary<string, long> Revisions) Read(ClusterKeys keys, WatchUpdate update)
    {
        var changes = update switch
        {
            WatchChanges { Changes: var all } => all,
            WatchListing listing => [.. listing.Entries.Select(static entry => new EtcdChange(entry.Key, entry, entry.ModRevision))],
            _ => [],
        };
        var (heads, revisions) = (new Dictionary<long, HeadDocument>(), new Dictionary<string, long>());
        foreach (var change in changes)
        {
            revisions[change.Key] = change.Revision;
            if (change.Key == keys.Head && change.Entry is { } entry && HeadDocument.Read(entry.Value) is { } head)
            {
                heads[change.Revision] = head;
            }
        }

        return (heads, revisions);
    }
}
