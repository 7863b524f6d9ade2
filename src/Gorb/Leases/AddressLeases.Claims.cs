using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Gorb.Etcd;

namespace Gorb.Leases;

/// <content>
/// Which directors must promise a holder not to take its addresses is in etcd before it is needed. A director takes an address that another one held last only if it is among those and has
/// promised nothing, or after a time that no promise outlasts: the holder, which asks them all, and the one that takes the address cannot both be right.
/// </content>
internal sealed partial class AddressLeases
{
    private const int SecretBytes = 32;

    /// <summary>Each has two operations, of 128 that etcd allows.</summary>
    private const int AddressesPerTransaction = 50;

    /// <summary>The time to leave: the daemon stops within a second.</summary>
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<IPAddress, Claim> _claims = [];
    private long _votersOf = -1;
    private ImmutableHashSet<string> _votersTried = [];
    private bool _isEmptied;
    private long _startedTime;

    /// <inheritdoc/>
    public string? FindWait(IPAddress address)
    {
        lock (_lock)
        {
            if (_view is { Candidates.IsEmpty: true, Drained.IsEmpty: false })
            {
                return $"all directors are drained ({string.Join(", ", _view.Drained.Order(StringComparer.Ordinal))}): gorb director resume NAME lets one take it";
            }

            return _view.LastHolders.GetValueOrDefault(address) is { } last && _freeSince.TryGetValue(address, out var since) && FindBound(address, since) is var wait && wait > TimeSpan.Zero
                ? string.Create(CultureInfo.InvariantCulture, $"{last.Director} had it last and may have it still; this director takes it in {Math.Ceiling(wait.TotalSeconds)} s. If {last.Director} is gone for good: etcdctl del {_keys.LastHolder(address)}")
                : null;
        }
    }

    /// <summary>How long this director must not take an address that is free in etcd, because the one that held it last may have it still.</summary>
    private TimeSpan FindBound(IPAddress address, long freeSince)
    {
        var promised = _book.Left(address);
        if (_view.LastHolders.GetValueOrDefault(address) is not { } last || last.Director == _options.Director || _view.Voters.GetValueOrDefault(last.Director) is not { } voters)
        {
            return promised;
        }

        var wait = voters.Names.Contains(_options.Director)
            ? voters.Promise + LeaseOptions.PromiseMargin - _client.Clock.GetElapsedTime(_startedTime) // what was promised before a restart is not known
            : LeaseOptions.JoinWait - _client.Clock.GetElapsedTime(freeSince);
        return wait > promised ? wait : promised;
    }

    /// <summary>Writes into etcd where this director is asked, whom it asks, and the secret.</summary>
    private void IntroducePeer(EtcdLease lease, CancellationToken cancel)
    {
        if (_link?.EndPoint is not { } endPoint)
        {
            return;
        }

        if (_view.Peers.GetValueOrDefault(_options.Director) is var own && (own is null || own.Lease != lease.Id || own.Run != _run || !own.EndPoint.Equals(endPoint)))
        {
            _steps.Begin(_keys.Peer(_options.Director), () => CommitAsync(new EtcdTransaction().Put(_keys.Peer(_options.Director), Text(Peer.Write(endPoint, _run)), lease.Id), cancel));
        }

        if (_view.Secret is null)
        {
            _steps.Begin(_keys.Secret, () => CommitAsync(
                new EtcdTransaction().IfMissing(_keys.Secret).Put(_keys.Secret, Text(Convert.ToHexString(RandomNumberGenerator.GetBytes(SecretBytes)))).ElseGet(KeyRange.Single(_keys.Secret)), cancel));
        }

        if (_kept.Count > 0)
        {
            return; // those that were asked are written there, and stay so until etcd has the addresses as this director's
        }

        var others = FindOthers().ToList();
        string[] wanted = others.TrueForAll(_view.Peers.ContainsKey) ? [.. others.Order(StringComparer.Ordinal)] : []; // one that cannot be asked makes it useless to ask the others
        var voters = _view.Voters.GetValueOrDefault(_options.Director);
        if (!wanted.SequenceEqual(voters?.Names ?? []) || (voters is not null && voters.Promise != _options.Promise))
        {
            _steps.Begin(_keys.Voters(_options.Director), () => CommitVotersAsync(wanted, cancel));
        }
    }

    private Task<long> CommitVotersAsync(string[] names, CancellationToken cancel)
    {
        var key = _keys.Voters(_options.Director);
        EtcdTransaction transaction;
        lock (_lock)
        {
            var of = _view.Voters.GetValueOrDefault(_options.Director)?.Written ?? 0;
            (_votersOf, _votersTried, _isEmptied) = (of, _votersOf == of ? _votersTried.Union(names) : [.. names], names.Length == 0 || (_votersOf == of && _isEmptied));
            transaction = new EtcdTransaction().If(key, of).ElseGet(KeyRange.Single(key));
        }

        return CommitAsync(names.Length == 0 ? transaction.Delete(KeyRange.Single(key)) : transaction.Put(key, Text(Voters.Write(_options.Promise, names))), cancel);
    }

    /// <summary>Writes an address's key for this director, unless it must not have it.</summary>
    /// <param name="address">The address.</param>
    /// <param name="written">When the key was written last; 0 when it is missing.</param>
    /// <param name="lease">The lease with which it ends.</param>
    /// <param name="cancel">Gives it up.</param>
    private Task<long> CommitOwnAsync(IPAddress address, long written, EtcdLease lease, CancellationToken cancel)
    {
        var key = _keys.Address(address);
        return CommitClaimAsync(address, lease.Id, transaction => transaction.If(key, written).Put(key, Text(_options.Director), lease.Id).Put(_keys.LastHolder(address), Text(_options.Director)), written == 0, cancel);
    }

    /// <summary>Forgets who held an address that this director does not take, so that another one need not wait.</summary>
    /// <returns>The time until that can be done; null when nothing is to be done.</returns>
    private TimeSpan? Forget(IPAddress address, CancellationToken cancel)
    {
        if (_view.LastHolders.GetValueOrDefault(address) is not { } last
            || (last.Director != _options.Director && _view.Voters.GetValueOrDefault(last.Director)?.Names.Contains(_options.Director) != true))
        {
            return null;
        }

        if (FindBound(address, _startedTime) is var bound && bound > TimeSpan.Zero)
        {
            return bound;
        }

        _steps.Begin(_keys.LastHolder(address), () => CommitClaimAsync(
            address, 0, transaction => transaction.IfMissing(_keys.Address(address)).Delete(KeyRange.Single(_keys.LastHolder(address))), true, cancel));
        return null;
    }

    /// <summary>Commits a transaction that ends another director's right to keep an address. From before it is sent, this director promises nothing that stands against it.</summary>
    private async Task<long> CommitClaimAsync(IPAddress address, long lease, Func<EtcdTransaction, EtcdTransaction> add, bool isFree, CancellationToken cancel)
    {
        EtcdTransaction transaction;
        Claim claim;
        lock (_lock)
        {
            if (isFree && FindBound(address, _freeSince.GetValueOrDefault(address, _startedTime)) > TimeSpan.Zero)
            {
                return 0;
            }

            var last = _view.LastHolders.GetValueOrDefault(address);
            transaction = new EtcdTransaction().If(_keys.LastHolder(address), last?.Written ?? 0);
            if (last is not null && last.Director != _options.Director)
            {
                transaction.If(_keys.Voters(last.Director), _view.Voters.GetValueOrDefault(last.Director)?.Written ?? 0);
            }

            claim = new Claim(last?.Written ?? 0, lease);
            _claims[address] = claim;
        }

        var outcome = await _client.CommitAsync(add(transaction).ElseGet(KeyRange.Single(_keys.Address(address))).ElseGet(KeyRange.Single(_keys.LastHolder(address))), _options.Ttl / 2, cancel).ConfigureAwait(false);
        if (outcome.IsDone)
        {
            return outcome.Revision;
        }

        Read(() => _claims.TryGetValue(address, out var latest) && latest == claim && _claims.Remove(address));
        return outcome.Read.Select(static entry => entry.ModRevision).Where(revision => revision > claim.Of).DefaultIfEmpty(0).Max() is var seen and > 0
            ? seen
            : throw new LeaseException("what etcd has differs from what its watch has told");
    }

    /// <summary>The director stops, and its addresses go to others at once.</summary>
    private async Task LeaveAsync(string reason)
    {
        List<(IPAddress Address, long Since)> left;
        lock (_lock)
        {
            (_lease, _trouble) = (null, reason);
            left = [.. _held.ToList().Where(address => _view.Holders.GetValueOrDefault(address)?.Director == _options.Director).Select(address => (address, _view.Holders[address].Since))];
            _held.ToList().ForEach(address => Drop(address, reason));
        }

        try
        {
            foreach (var some in left.Chunk(AddressesPerTransaction))
            {
                await _client.CommitAsync(some.Aggregate(new EtcdTransaction(), HandOver), LeaveLimit, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (EtcdException)
        {
            return; // the lease ends, and the addresses with it: others take them as those of a director that died
        }
    }

    /// <summary>Gives back the key of an address that this director holds: no other one need wait for it, or doubt that it is handed over.</summary>
    private EtcdTransaction HandOver(EtcdTransaction transaction, (IPAddress Address, long Since) held) => transaction
        .IfCreatedAt(_keys.Address(held.Address), held.Since).Delete(KeyRange.Single(_keys.Address(held.Address))).Delete(KeyRange.Single(_keys.LastHolder(held.Address)));

    /// <summary>A director that stops keeps nothing: others, new ones too, need not wait for it.</summary>
    private async Task ForgetVotersAsync()
    {
        if (Read(() => _kept.Count > 0 || !_view.Voters.ContainsKey(_options.Director)))
        {
            return;
        }

        try
        {
            await _client.CommitAsync(new EtcdTransaction().Delete(KeyRange.Single(_keys.Voters(_options.Director))), LeaveLimit, CancellationToken.None).ConfigureAwait(false);
        }
        catch (EtcdException)
        {
            return; // those that were among them do not wait
        }
    }

    /// <summary>A transaction that may have written an address's key, or may write it still.</summary>
    /// <param name="Of">When the key of its last holder was written, which the transaction requires.</param>
    /// <param name="Lease">The lease without which etcd rejects it; 0 for none.</param>
    private sealed record Claim(long Of, long Lease);
}
