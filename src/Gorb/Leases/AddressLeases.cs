using System.Net;
using Gorb.Etcd;
using Gorb.Platform;
using Gorb.Targets.Host.Addresses;

namespace Gorb.Leases;

/// <summary>
/// Brings each wanted address to one director of the cluster. The director that creates the address's key in etcd holds it, as long as its lease lives; nothing is taken from a holder. It asks the
/// link whether another host answers for the address before it adds it, and the kernel removes it again unless each renewal of the lease extends its time: a director that is killed,
/// stopped or cut off loses its addresses before another can have them. While etcd is away, it keeps them as long as all other directors promise not to take them. Thread-safe.
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
    private long _leaseId;
    private string? _trouble = "etcd has not answered yet";
    private long _startedAt;

    /// <param name="client">The client of etcd.</param>
    /// <param name="keys">The keys of the cluster's addresses.</param>
    /// <param name="options">How this director holds addresses.</param>
    /// <param name="host">This host.</param>
    /// <param name="link">Reaches other directors directly; null when nothing is kept while etcd is away.</param>
    /// <param name="logger">The log.</param>
    public AddressLeases(EtcdClient client, LeaseKeys keys, LeaseOptions options, IAddressHost host, IPeerLink? link, ILogger<AddressLeases> logger)
    {
        (_client, _keys, _options, _host, _link, _logger) = (client, keys, options, host, link, logger);
        _probes = new AddressProbes(host, keys, client.Clock);
        _held = new HeldAddresses(host, client.Clock, LogFailed);
        _book = new PromiseBook(options.Director, _run, client.Clock);
        _tally = new PromiseTally(options.Director, _run, options.Promise, client.Clock);
        _steps = new StepRunner(client.Clock, Wake, LogFailed);
    }

    /// <summary>The addresses that this director holds, and that are on this host.</summary>
    public IReadOnlyList<IPAddress> Active => Read(() => _held.ToList());

    private bool IsCandidate => !_view.Drained.Contains(_options.Director);

    /// <summary>
    /// Who holds which address, as far as this director knows. While etcd does not answer, that it held an address itself when etcd last answered means nothing unless it still has it.
    /// </summary>
    public ElectionView View => Read(() => _trouble is null ? _view : _view.Without(_options.Director, _held.Contains));

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
    public async Task RunAsync(CancellationToken cancel)
    {
        var session = new LeaseSession(_client, _options, Renew, GiveUp, LeaveAsync);
        try
        {
            await (_link is null
                ? Together.RunAsync(cancel, session.RunAsync, FollowAsync, ElectAsync)
                : Together.RunAsync(cancel, session.RunAsync, FollowAsync, ElectAsync, KeepAsync, stop => _link.RunAsync(Wake, Receive, stop))).ConfigureAwait(false);
        }
        finally
        {
            await ForgetVotersAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => _wake.Dispose();

    private async Task FollowAsync(CancellationToken cancel)
    {
        await foreach (var update in _client.WatchAsync(KeyRange.Prefix(_keys.All), cancel).ConfigureAwait(false))
        {
            lock (_lock)
            {
                var before = _view;
                _view = before.After(_keys, update);
                NoteHandovers(before);
                (_startedAt, _startedTime) = _startedAt == 0 ? (_view.Revision, _client.Clock.GetTimestamp()) : (_startedAt, _startedTime);
                NoteView();
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
            NoteRenewal(lease);
            (_lease, _leaseId, _trouble) = (lease, lease.Id, null);
            foreach (var address in _held.ToList().Where(address => _view.Holders.GetValueOrDefault(address)?.Lease == lease.Id))
            {
                Regain(address, lease);
            }
        }

        Wake();
    }

    private void GiveUp(string reason)
    {
        lock (_lock)
        {
            (_lease, _trouble) = (null, reason);
            KeepOrDrop(reason);
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
            IntroducePeer(lease, cancel);
            var next = Timeout.InfiniteTimeSpan;
            foreach (var address in _wanted.Concat(_held.ToList()).Concat(_view.Holders.Where(holder => holder.Value.Lease == lease.Id).Select(static holder => holder.Key)).Concat(_view.LastHolders.Keys).Distinct().ToList())
            {
                if (Step(address, lease, cancel) is { } due && (next < TimeSpan.Zero || due < next))
                {
                    next = due;
                }
            }

            return next;
        }
    }

    private T Read<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }

    private void Wake() => Read(() => _wake.CurrentCount == 0 ? _wake.Release() : 0);

    [LoggerMessage(1291, LogLevel.Warning, "This director gives up {Addresses}: {Reason}")]
    private partial void LogGivenUp(string addresses, string reason);
}
