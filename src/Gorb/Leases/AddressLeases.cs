using System.Globalization;
using System.Net;
using System.Text;
using Gorb.Etcd;
using Gorb.Platform;
using Gorb.Targets.Host.Addresses;

namespace Gorb.Leases;

/// <summary>
/// Brings each wanted address to one director of the cluster. The director that creates the address's key in etcd holds it, as long as its lease lives; nothing is taken from a holder. It asks the
/// link whether another host answers for the address before it adds it, and the kernel removes it again unless each renewal of the lease extends its time: a director that is killed,
/// stopped or cut off loses its addresses before another can have them. Thread-safe.
/// </summary>
internal sealed partial class AddressLeases : IVipLeases, IDisposable
{
    private readonly Lock _lock = new();
    private readonly EtcdClient _client;
    private readonly LeaseKeys _keys;
    private readonly LeaseOptions _options;
    private readonly IAddressHost _host;
    private readonly AddressProbes _probes;
    private readonly HeldAddresses _held;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly StepRunner _steps;
    private readonly Dictionary<IPAddress, long> _freeSince = [];
    private IReadOnlySet<IPAddress> _wanted = new HashSet<IPAddress>();
    private ElectionView _view = ElectionView.Empty;
    private EtcdLease? _lease;
    private string? _trouble = "etcd has not answered yet";
    private long _startedAt;

    public AddressLeases(EtcdClient client, LeaseKeys keys, LeaseOptions options, IAddressHost host, ILogger<AddressLeases> logger)
    {
        (_client, _keys, _options, _host, _logger) = (client, keys, options, host, logger);
        _probes = new AddressProbes(host, keys, client.Clock);
        _held = new HeldAddresses(host, options, client.Clock, LogFailed);
        _steps = new StepRunner(client.Clock, Wake, LogFailed);
    }

    /// <summary>The addresses that this director holds, and that are on this host.</summary>
    public IReadOnlyList<IPAddress> Active => Read(() => _held.ToList());

    private bool IsCandidate => !_view.Drained.Contains(_options.Director);

    /// <summary>Who holds which address, as far as this director knows.</summary>
    public ElectionView View => Read(() => _view);

    /// <inheritdoc/>
    public string? Trouble => Read(() => _trouble);

    /// <inheritdoc/>
    public string? HolderOf(IPAddress address) => View.Holders.GetValueOrDefault(address)?.Director;

    /// <inheritdoc/>
    public bool IsHere(IPAddress address) => Read(() => _held.Contains(address));

    /// <inheritdoc/>
    public void Want(IReadOnlySet<IPAddress> addresses)
    {
        lock (_lock)
        {
            _wanted = addresses;
        }

        Wake();
    }

    /// <summary>Makes a director hand all its addresses over and take none, or lets it take part again. That outlives restarts.</summary>
    /// <param name="director">The director's name; it need not be this one.</param>
    /// <param name="isDrained">True to hand over.</param>
    /// <exception cref="EtcdException">etcd does not answer, or refuses.</exception>
    public Task DrainAsync(string director, bool isDrained)
    {
        var key = _keys.Drained(director);
        return _client.CommitAsync(isDrained ? new EtcdTransaction().Put(key, ReadOnlyMemory<byte>.Empty) : new EtcdTransaction().Delete(KeyRange.Single(key)), _options.Ttl);
    }

    /// <summary>Takes part until it is cancelled. Then the addresses stay until the lease is over, or are handed over at once (<see cref="LeaseOptions.LeavesOnStop"/>).</summary>
    public Task RunAsync(CancellationToken cancel)
    {
        var session = new LeaseSession(_client, _options, Renew, GiveUp);
        return Together.RunAsync(cancel, session.RunAsync, FollowAsync, ElectAsync);
    }

    public void Dispose() => _wake.Dispose();

    private async Task FollowAsync(CancellationToken cancel)
    {
        await foreach (var update in _client.WatchAsync(KeyRange.Prefix(_keys.All), cancel).ConfigureAwait(false))
        {
            lock (_lock)
            {
                _view = _view.After(_keys, update);
                _startedAt = _startedAt == 0 ? _view.Revision : _startedAt;
                CountFree();
                _probes.Note(update, _lease);
            }

            _steps.Reach(View.Revision, update is WatchListing { IsEarlier: true });
            Wake();
        }
    }

    /// <summary>Notes since when each wanted address has no holder.</summary>
    private void CountFree()
    {
        foreach (var address in _freeSince.Keys.Where(address => _view.Holders.ContainsKey(address) || !_wanted.Contains(address)).ToList())
        {
            _freeSince.Remove(address);
        }

        foreach (var address in _wanted.Where(address => !_view.Holders.ContainsKey(address)))
        {
            _freeSince.TryAdd(address, _client.Clock.GetTimestamp());
        }
    }

    private void Renew(EtcdLease lease)
    {
        lock (_lock)
        {
            (_lease, _trouble) = (lease, null);
            _held.Refresh(lease);
        }

        Wake();
    }

    private void GiveUp(string reason)
    {
        lock (_lock)
        {
            (_lease, _trouble) = (null, reason);
            if (_held.ToList() is { Count: > 0 } held)
            {
                LogGivenUp(string.Join(", ", held), reason);
                held.ForEach(_held.Drop);
            }
        }
    }

    /// <summary>Takes one step after the other until it is cancelled: whenever something has changed, and when the next one is due.</summary>
    private async Task ElectAsync(CancellationToken cancel)
    {
        while (true)
        {
            var due = Step(cancel);
            await _wake.WaitAsync(due, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Begins what is to be done now.</summary>
    /// <returns>The time until something else is due.</returns>
    private TimeSpan Step(CancellationToken cancel)
    {
        lock (_lock)
        {
            if (_lease is not { } lease || _view.Revision == 0)
            {
                return Timeout.InfiniteTimeSpan;
            }

            CountFree();
            Introduce(lease, cancel);
            var next = Timeout.InfiniteTimeSpan;
            foreach (var address in _wanted.Concat(_held.ToList()).Concat(_view.Holders.Where(holder => holder.Value.Lease == lease.Id).Select(static holder => holder.Key)).Distinct().ToList())
            {
                if (Step(address, lease, cancel) is { } due && (next < TimeSpan.Zero || due < next))
                {
                    next = due;
                }
            }

            return next;
        }
    }

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
                _held.Drop(address);
                _steps.Begin(key, () => CommitAsync(new EtcdTransaction().IfCreatedAt(key, holder.Since).Delete(KeyRange.Single(key)).ElseGet(KeyRange.Single(key)), cancel));
            }
            else if (!_held.Contains(address))
            {
                _steps.Begin(key, () => TakeAsync(address, holder, cancel));
            }

            return null;
        }

        _held.Drop(address);
        if (holder is not null && holder.Director == _options.Director && holder.Written <= _startedAt)
        {
            // Held before a restart: the address is still on this host, or was until a moment ago.
            _steps.Begin(key, () => CommitAsync(new EtcdTransaction().If(key, holder.Written).Put(key, Text(_options.Director), lease.Id).ElseGet(KeyRange.Single(key)), cancel));
            return null;
        }

        if (holder is not null || !isWanted || !_freeSince.TryGetValue(address, out var since))
        {
            return null;
        }

        var left = (_options.TurnPause * _view.CountBefore(address, _options.Director, _options.Priority)) - _client.Clock.GetElapsedTime(since);
        if (left <= TimeSpan.Zero)
        {
            _steps.Begin(key, () =>
            {
                _probes.Begin(address); // the link has time to answer while etcd is asked
                return CommitAsync(new EtcdTransaction().IfMissing(key).Put(key, Text(_options.Director), lease.Id).ElseGet(KeyRange.Single(key)), cancel);
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

        lock (_lock)
        {
            // While others were asked, anything may have changed.
            if (_lease is not { } lease || lease.Id != holder.Lease || _view.Holders.GetValueOrDefault(address) != holder || !IsCandidate || !_wanted.Contains(address)
                || !_held.Add(address, lease))
            {
                return 0;
            }

            LogTaken(address);
        }

        _host.Announce(address);
        return 0;
    }

    private T Read<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }

    private void Wake() => Read(() => _wake.CurrentCount == 0 ? _wake.Release() : 0);

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    [LoggerMessage(1290, LogLevel.Information, "This director holds {Address} now")]
    private partial void LogTaken(IPAddress address);

    [LoggerMessage(1291, LogLevel.Warning, "This director gives up {Addresses}: {Reason}")]
    private partial void LogGivenUp(string addresses, string reason);

    [LoggerMessage(1292, LogLevel.Warning, "{Key} cannot be taken or given back yet: {Reason}")]
    private partial void LogFailed(string key, string reason);
}
