using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Gorb.Etcd;

namespace Gorb.Leases;

/// <summary>Who holds which address, and who may, as etcd has it at a revision.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Holders">The holder of each address that has one.</param>
/// <param name="Candidates">The directors that may hold addresses, with their keys' leases.</param>
/// <param name="Drained">The directors that hold nothing until an operator resumes them.</param>
internal sealed record ElectionView(long Revision, ImmutableDictionary<IPAddress, Holder> Holders, ImmutableDictionary<string, Candidate> Candidates, ImmutableHashSet<string> Drained)
{
    public static readonly ElectionView Empty = new(0, ImmutableDictionary<IPAddress, Holder>.Empty, ImmutableDictionary.Create<string, Candidate>(StringComparer.Ordinal), []);

    /// <summary>Who held each address last.</summary>
    public ImmutableDictionary<IPAddress, LastHolder> LastHolders { get; init; } = ImmutableDictionary<IPAddress, LastHolder>.Empty;

    /// <summary>Who must promise a director not to take its addresses. A director without an entry keeps none while etcd is away.</summary>
    public ImmutableDictionary<string, Voters> Voters { get; init; } = ImmutableDictionary.Create<string, Voters>(StringComparer.Ordinal);

    /// <summary>Where live directors, drained ones too, are asked directly.</summary>
    public ImmutableDictionary<string, Peer> Peers { get; init; } = ImmutableDictionary.Create<string, Peer>(StringComparer.Ordinal);

    /// <summary>The secret of datagrams between directors; null before it is known.</summary>
    public string? Secret { get; init; }

    /// <summary>Returns the view after an update of the watch. Keys that cannot be read are left out: a later version may have others.</summary>
    public ElectionView After(LeaseKeys keys, WatchUpdate update) => update switch
    {
        WatchListing listing => listing.Entries.Aggregate(Empty with { Revision = listing.Revision }, (view, entry) => view.With(keys, entry.Key, entry)),
        WatchChanges changes => changes.Changes.Aggregate(this with { Revision = changes.Revision }, (view, change) => view.With(keys, change.Key, change.Entry)),
        _ => this,
    };

    /// <summary>Returns the view without the addresses of a director that it does not have.</summary>
    /// <param name="director">The director's name.</param>
    /// <param name="has">True if the director has the address.</param>
    public ElectionView Without(string director, Func<IPAddress, bool> has) =>
        this with { Holders = Holders.RemoveRange(Holders.Where(holder => holder.Value.Director == director && !has(holder.Key)).Select(static holder => holder.Key)) };

    /// <summary>
    /// How many directors come before one in the election of an address: those of a higher priority, and of those with the same one another half for each address, so that addresses are
    /// spread over the directors.
    /// </summary>
    public int CountBefore(IPAddress address, string director, int priority)
    {
        var own = Draw(address, director);
        return Candidates.Count(candidate => candidate.Key != director
            && (candidate.Value.Priority > priority || (candidate.Value.Priority == priority && Compare(Draw(address, candidate.Key), own) > 0)));

        static int Compare((ulong Number, string Director) one, (ulong Number, string Director) other) => one.Number != other.Number
            ? one.Number.CompareTo(other.Number) : string.CompareOrdinal(one.Director, other.Director);
    }

    /// <summary>The addresses of a director, in the order of their text.</summary>
    public IReadOnlyList<string> FindAddresses(string director) =>
        [.. Holders.Where(holder => holder.Value.Director == director).Select(static holder => holder.Key.ToString()).Order(StringComparer.Ordinal)];

    /// <summary>A number that is the same on every director (64-bit FNV-1a with a final mix, as equal ends otherwise lead to neighbouring numbers).</summary>
    private static (ulong Number, string Director) Draw(IPAddress address, string director)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var letter in Encoding.UTF8.GetBytes($"{director}/{address}"))
        {
            hash = (hash ^ letter) * 0x100000001B3;
        }

        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        return (hash ^ (hash >> 33), director);
    }

    private ElectionView With(LeaseKeys keys, string key, EtcdEntry? entry)
    {
        if (key.StartsWith(keys.Addresses, StringComparison.Ordinal) && IPAddress.TryParse(key.AsSpan(keys.Addresses.Length), out var address))
        {
            return this with { Holders = entry is null ? Holders.Remove(address) : Holders.SetItem(address, new Holder(Encoding.UTF8.GetString(entry.Value.Span), entry.Lease, entry.CreateRevision, entry.ModRevision)) };
        }

        if (key.StartsWith(keys.AllDrained, StringComparison.Ordinal))
        {
            var drained = key[keys.AllDrained.Length..];
            return this with { Drained = entry is null ? Drained.Remove(drained) : Drained.Add(drained) };
        }

        if (key.StartsWith(keys.Candidates, StringComparison.Ordinal))
        {
            var director = key[keys.Candidates.Length..];
            return this with
            {
                Candidates = entry is not null && int.TryParse(Encoding.UTF8.GetString(entry.Value.Span), CultureInfo.InvariantCulture, out var priority)
                    ? Candidates.SetItem(director, new Candidate(priority, entry.Lease))
                    : Candidates.Remove(director),
            };
        }

        return WithPromises(keys, key, entry);
    }

    /// <summary>What directors need to keep addresses while etcd is away.</summary>
    private ElectionView WithPromises(LeaseKeys keys, string key, EtcdEntry? entry)
    {
        var text = entry is null ? null : Encoding.UTF8.GetString(entry.Value.Span);
        if (key == keys.Secret)
        {
            return this with { Secret = text };
        }

        if (key.StartsWith(keys.LastHolders, StringComparison.Ordinal) && IPAddress.TryParse(key.AsSpan(keys.LastHolders.Length), out var address))
        {
            return this with { LastHolders = entry is null ? LastHolders.Remove(address) : LastHolders.SetItem(address, new LastHolder(text!, entry.ModRevision)) };
        }

        if (key.StartsWith(keys.AllVoters, StringComparison.Ordinal))
        {
            var director = key[keys.AllVoters.Length..];
            return this with { Voters = entry is null ? Voters.Remove(director) : Voters.SetItem(director, Leases.Voters.Read(text!, entry.ModRevision)) };
        }

        if (key.StartsWith(keys.Peers, StringComparison.Ordinal))
        {
            var director = key[keys.Peers.Length..];
            return this with { Peers = entry is not null && Peer.TryRead(text!, entry.Lease) is { } peer ? Peers.SetItem(director, peer) : Peers.Remove(director) };
        }

        return this;
    }
}

/// <summary>The director that holds an address.</summary>
/// <param name="Director">Its name.</param>
/// <param name="Lease">Its lease, with which it ends.</param>
/// <param name="Since">The revision since which it holds it.</param>
/// <param name="Written">The revision at which its key was written last: later than <paramref name="Since"/> when the director has got another lease by a restart.</param>
internal sealed record Holder(string Director, long Lease, long Since, long Written);

/// <summary>A director that may hold addresses.</summary>
/// <param name="Priority">Its priority.</param>
/// <param name="Lease">Its lease.</param>
internal sealed record Candidate(int Priority, long Lease);
