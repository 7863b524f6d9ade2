using System.Collections.Immutable;
using System.Net;
using Gorb.Etcd;

namespace Gorb.Leases;

/// <content>Keeps addresses while etcd is away, by the promise of all other directors that could take them.</content>
internal sealed partial class AddressLeases
{
    /// <summary>How often the others are released from their promises, as a datagram can be lost.</summary>
    private const int Releases = 2;

    private readonly IPeerLink? _link;
    private readonly PromiseBook _book;
    private readonly PromiseTally _tally;
    private readonly string _run = Guid.NewGuid().ToString("n");
    private readonly Dictionary<IPAddress, Keep> _kept = [];
    private ImmutableDictionary<string, Peer> _peers = ImmutableDictionary.Create<string, Peer>(StringComparer.Ordinal); // those whose leases are over, too: they may live
    private int _releases;
    private long? _renewedAt, _backAt;

    /// <summary>The addresses that this director keeps while etcd is away, in the order of their text.</summary>
    public IReadOnlyList<(IPAddress Address, DateTimeOffset Since)> Kept => Read(() => _kept.Select(static kept => (kept.Key, kept.Value.Since)).OrderBy(static kept => kept.Key.ToString(), StringComparer.Ordinal).ToList());

    /// <inheritdoc/>
    public DateTimeOffset? KeptSince(IPAddress address) => Read(() => _kept.TryGetValue(address, out var keep) ? keep.Since : (DateTimeOffset?)null);

    private bool IsOverdue => _renewedAt is not { } at || _client.Clock.GetElapsedTime(at) > _options.OverdueAfter;

    /// <summary>Why this director promises nothing; null while etcd is away, and a moment longer, in which the holder finds it again.</summary>
    private string? Objection => IsOverdue || _trouble is not null || (_backAt is { } at && _client.Clock.GetElapsedTime(at) < _options.Ttl) ? null : "etcd answers there";

    private bool IsKept(IPAddress address) => _kept.ContainsKey(address) && _held.IsSure(address);

    private void NoteRenewal(EtcdLease lease)
    {
        _backAt = _trouble is not null && _startedAt > 0 ? _client.Clock.GetTimestamp() : _backAt;
        _renewedAt = lease.SentAt;
        if (lease.Id != _leaseId)
        {
            foreach (var address in _claims.Where(claim => claim.Value.Lease != 0).Select(static claim => claim.Key).ToList())
            {
                _claims.Remove(address); // etcd writes no key of a lease that is over
            }
        }
    }

    /// <summary>Notes what the watch has told: what became of this director's transactions, and whether another one has what is kept here.</summary>
    private void NoteView()
    {
        _peers = _peers.SetItems(_view.Peers);
        foreach (var claim in _claims.Where(claim => Written(claim.Key) != claim.Value.Of).Select(static claim => claim.Key).ToList())
        {
            _claims.Remove(claim);
        }

        foreach (var address in _kept.Keys.ToList())
        {
            if (_view.Holders.GetValueOrDefault(address) is { } holder && holder.Director != _options.Director)
            {
                Drop(address, $"{holder.Director} has it");
            }
            else if (_lease is { } lease && _view.Holders.GetValueOrDefault(address)?.Lease == lease.Id)
            {
                Regain(address, lease);
            }
        }
    }

    private long Written(IPAddress address) => _view.LastHolders.GetValueOrDefault(address)?.Written ?? 0;

    private void Regain(IPAddress address, EtcdLease lease)
    {
        var right = HoldRight.Of(lease, _options);
        if (_kept.ContainsKey(address) && right.IsOver(_client.Clock))
        {
            return; // the promises last longer than what is left of the lease
        }

        _held.Replace(address, right);
        if (_kept.Remove(address))
        {
            LogRegained(address);
        }
    }

    /// <summary>The lease cannot be renewed: what the others promise is kept, and the rest goes.</summary>
    private void KeepOrDrop(string reason)
    {
        foreach (var address in _held.ToList())
        {
            if (FindRight(address) is not { } right || right.IsOver(_client.Clock))
            {
                Drop(address, $"{reason}; {FindObjection(address)}");
                continue;
            }

            if (_kept.TryAdd(address, new Keep(_client.Clock.GetUtcNow(), _client.Clock.GetTimestamp())))
            {
                LogKept(address, string.Join(", ", FindVoters()), reason);
            }

            _held.Extend(address, right);
        }
    }

    private void Drop(IPAddress address, string? reason)
    {
        var isHere = _kept.Remove(address) | _held.Contains(address); // what was kept too long is not held any more
        _tally.Forget(address);
        if (reason is not null && isHere)
        {
            LogGivenUp(address.ToString(), reason);
        }

        _held.Drop(address);
    }

    /// <summary>Asks the others while etcd does not answer, and now and then otherwise, until it is cancelled.</summary>
    private async Task KeepAsync(CancellationToken cancel)
    {
        while (true)
        {
            await Task.Delay(_options.AskInterval, _client.Clock, cancel).ConfigureAwait(false);
            foreach (var (to, datagram) in Ask())
            {
                await _link!.SendAsync(to, datagram, cancel).ConfigureAwait(false);
            }
        }
    }

    private List<(IPEndPoint To, byte[] Datagram)> Ask()
    {
        lock (_lock)
        {
            foreach (var address in _kept.Keys.ToList())
            {
                if (FindRight(address) is { } right && !right.IsOver(_client.Clock))
                {
                    _held.Extend(address, right);
                }

                if (!_held.IsSure(address))
                {
                    Drop(address, $"etcd is away, and {FindObjection(address)}");
                }
            }

            var isAsking = IsOverdue || _kept.Count > 0;
            if (_view.Secret is not { } secret)
            {
                return [];
            }

            if (!isAsking && _releases == 0)
            {
                return Check(secret);
            }

            _releases = isAsking ? Releases : _releases - 1;
            var addresses = _held.ToList();
            return [.. FindVoters().Where(_peers.ContainsKey).SelectMany(voter => Write(voter, _peers[voter], isAsking ? addresses : null, secret))];
        }
    }

    /// <summary>Writes the questions to a director, or the release from its promises, so that it need not wait if this one dies.</summary>
    /// <param name="voter">The director.</param>
    /// <param name="peer">Where it is asked.</param>
    /// <param name="addresses">What to ask for; null for the release.</param>
    /// <param name="secret">The secret of the datagrams.</param>
    private IEnumerable<(IPEndPoint To, byte[] Datagram)> Write(string voter, Peer peer, List<IPAddress>? addresses, string secret) =>
        (addresses is null ? [_tally.Release(voter, peer.Run)] : _tally.Ask(voter, peer.Run, addresses)).Select(message => (peer.EndPoint, message.Write(_keys.Cluster, secret)));

    private byte[]? Receive(ReadOnlyMemory<byte> datagram)
    {
        lock (_lock)
        {
            if (_view.Secret is not { } secret || PeerMessage.TryRead(datagram.Span, _keys.Cluster, secret) is not { } message)
            {
                return null;
            }

            if (!message.IsAnswer)
            {
                return _book.Answer(message, _view with { Peers = _peers }, Objection, address => _held.Contains(address) || _claims.ContainsKey(address))?.Write(_keys.Cluster, secret);
            }

            if (_tally.Receive(message))
            {
                foreach (var address in message.Lost.Where(_kept.ContainsKey))
                {
                    Drop(address, $"{message.From} knows of another holder");
                }
            }

            return null;
        }
    }

    /// <summary>The directors whose promise is needed: those that etcd says or may say since, and all that live.</summary>
    private IReadOnlyCollection<string> FindVoters() =>
        _isEmptied || _view.Voters.GetValueOrDefault(_options.Director) is not { } voters ? [] : [.. FindOthers().Union(voters.Names).Union(_votersTried).Order(StringComparer.Ordinal)];

    private IEnumerable<string> FindOthers() => _view.Peers.Keys.Union(_view.Candidates.Keys).Where(director => director != _options.Director);

    /// <summary>The right to an address that the others' promises give; null while one lacks.</summary>
    private HoldRight? FindRight(IPAddress address)
    {
        var asked = FindVoters().Select(voter => _tally.PromisedAt(voter, address)).ToList();
        return asked.Count > 0 && asked.TrueForAll(static at => at is not null) && _view.LastHolders.GetValueOrDefault(address)?.Director == _options.Director
            && !(_kept.TryGetValue(address, out var keep) && _client.Clock.GetElapsedTime(keep.At) > LeaseOptions.MaxKeep)
            ? HoldRight.ByPromise(asked.Min()!.Value, _options)
            : null;
    }

    /// <summary>Why an address cannot be kept.</summary>
    private string FindObjection(IPAddress address)
    {
        var voters = FindVoters();
        return _link is null ? "--peer none"
            : voters.Count == 0 || _view.LastHolders.GetValueOrDefault(address)?.Director != _options.Director ? "no other director can promise not to take it"
            : voters.FirstOrDefault(voter => !_peers.ContainsKey(voter)) is { } mute ? $"{mute} cannot be asked directly"
            : voters.FirstOrDefault(voter => _tally.PromisedAt(voter, address) is not { } at || HoldRight.ByPromise(at, _options).IsOver(_client.Clock)) is { } missing ? _tally.Objection(missing, address)
            : $"it is kept for no longer than {LeaseOptions.MaxKeep.TotalHours} hours";
    }

    /// <summary>An address that is kept by promises.</summary>
    /// <param name="Since">Since when.</param>
    /// <param name="At">The same as a time stamp of the clock of leases.</param>
    private sealed record Keep(DateTimeOffset Since, long At);

    [LoggerMessage(1294, LogLevel.Warning, "{Address} stays here while etcd is away, by the promise of {Directors}: {Reason}")]
    private partial void LogKept(IPAddress address, string directors, string reason);

    [LoggerMessage(1295, LogLevel.Information, "etcd has {Address} as this director's again")]
    private partial void LogRegained(IPAddress address);
}
