using System.Globalization;
using System.Net;
using System.Text;
using Gorb.Etcd;

namespace Gorb.Leases;

/// <content>The steps of an election: who takes an address that is free, and how.</content>
internal sealed partial class AddressLeases
{
    private readonly HashSet<IPAddress> _handedOver = [];

    /// <summary>Writes or removes this director's key among the candidates.</summary>
    private void Introduce(EtcdLease lease, CancellationToken cancel)
    {
        var key = _keys.Candidate(_options.Director);
        var own = _view.Candidates.GetValueOrDefault(_options.Director);
        if (IsCandidate && own?.Lease != lease.Id)
        {
            _steps.Begin(key, () => CommitAsync(new EtcdTransaction().Put(key, Text(_options.Priority.ToString(CultureInfo.InvariantCulture)), lease.Id), cancel));
        }
        else if (!IsCandidate && own is not null)
        {
            _steps.Begin(key, () => CommitAsync(new EtcdTransaction().Delete(KeyRange.Single(key)), cancel));
        }
    }

    /// <returns>The time until the address is due; null when nothing but a change makes it so.</returns>
    private TimeSpan? Step(IPAddress address, EtcdLease lease, CancellationToken cancel)
    {
        var key = _keys.Address(address);
        var holder = _view.Holders.GetValueOrDefault(address);
        var isWanted = IsCandidate && _wanted.Contains(address);
        if (holder?.Lease == lease.Id)
        {
            if (!isWanted)
            {
                Drop(address, null);
                _steps.Begin(key, () => CommitAsync(HandOver(new EtcdTransaction(), (address, holder.Since)).ElseGet(KeyRange.Single(key)), cancel));
            }
            else if (!_held.Contains(address))
            {
                _steps.Begin(key, () => TakeAsync(address, holder, cancel));
            }
            else if (_view.LastHolders.GetValueOrDefault(address)?.Director != _options.Director)
            {
                _steps.Begin(_keys.LastHolder(address), () => CommitAsync(new EtcdTransaction().IfCreatedAt(key, holder.Since).Put(_keys.LastHolder(address), Text(_options.Director)), cancel));
            }

            return null;
        }

        if (isWanted && IsKept(address) && (holder is null || holder.Director == _options.Director))
        {
            _steps.Begin(key, () => CommitOwnAsync(address, holder?.Written ?? 0, lease, cancel)); // without etcd it stayed here
            return null;
        }

        Drop(address, "etcd has no key of it any more");
        if (holder is not null && holder.Director == _options.Director && holder.Written <= _startedAt)
        {
            // Held before a restart: the address is still on this host, or was until a moment ago.
            _steps.Begin(key, () => CommitOwnAsync(address, holder.Written, lease, cancel));
            return null;
        }

        if (holder is not null || !isWanted || !_freeSince.TryGetValue(address, out var since))
        {
            return holder is null && !isWanted ? Forget(address, cancel) : null;
        }

        var turn = (_options.TurnPause * _view.CountBefore(address, _options.Director, _options.Priority)) - _client.Clock.GetElapsedTime(since);
        var bound = FindBound(address, since);
        var left = turn > bound ? turn : bound;
        if (left <= TimeSpan.Zero)
        {
            _steps.Begin(key, () =>
            {
                _probes.Begin(address); // the link has time to answer while etcd is asked
                return CommitOwnAsync(address, 0, lease, cancel);
            });
            return null;
        }

        return left;
    }

    /// <returns>The revision at which the watch tells of it.</returns>
    private async Task<long> CommitAsync(EtcdTransaction transaction, CancellationToken cancel)
    {
        var outcome = await _client.CommitAsync(transaction, _options.Ttl / 2, cancel).ConfigureAwait(false);
        return outcome.IsDone ? outcome.Revision : outcome.Read.Select(static entry => entry.ModRevision).FirstOrDefault(); // another one was faster
    }

    /// <summary>Takes an address onto this host if no other host answers for it.</summary>
    private async Task<long> TakeAsync(IPAddress address, Holder holder, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (await _probes.FindOtherHolderAsync(address).ConfigureAwait(false) is { } other)
        {
            throw new LeaseException($"the host {other} answers for it");
        }

        if (Read(() => _handedOver.Contains(address)))
        {
            _host.Guard(address);
        }

        lock (_lock)
        {
            // While others were asked, anything may have changed.
            if (_lease is not { } lease || lease.Id != holder.Lease || _view.Holders.GetValueOrDefault(address) != holder || !IsCandidate || !_wanted.Contains(address)
                || !_held.Add(address, HoldRight.Of(lease, _options)))
            {
                return 0;
            }

            _handedOver.Remove(address);
            LogTaken(address);
        }

        _host.Announce(address);
        return 0;
    }

    /// <summary>Notes for addresses that have become free whether their holder gave them back, and goes on telling of their connections, or may have died.</summary>
    private void NoteHandovers(ElectionView before)
    {
        foreach (var address in before.Holders.Keys.Where(address => !_view.Holders.ContainsKey(address)))
        {
            if (_view.LastHolders.ContainsKey(address))
            {
                _handedOver.Remove(address);
            }
            else
            {
                _handedOver.Add(address);
            }
        }

        _handedOver.RemoveWhere(address => _view.Holders.TryGetValue(address, out var holder) && holder.Director != _options.Director);
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    [LoggerMessage(1290, LogLevel.Information, "This director holds {Address} now")]
    private partial void LogTaken(IPAddress address);

    [LoggerMessage(1292, LogLevel.Warning, "{Key} cannot be taken or given back yet: {Reason}")]
    private partial void LogFailed(string key, string reason);
}
