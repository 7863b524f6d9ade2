using System.Net;

namespace Gorb.Names;

/// <summary>
/// Resolves host names like the system (/etc/hosts, then the name servers and search domains of /etc/resolv.conf), but without blocking a thread. The
/// system's getaddrinfo(3) blocks one thread per name, so a silent name server would soon block all of them. Each name has at most one lookup in flight,
/// the number of lookups is limited, and answers are cached for their time to live.
/// </summary>
internal sealed class HostResolver : IDisposable
{
    /// <summary>The time limit of a lookup, including its wait for a free slot.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan MinTtl = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxTtl = TimeSpan.FromMinutes(1);

    /// <summary>How long a failure is cached.</summary>
    private static readonly TimeSpan FailureTtl = TimeSpan.FromSeconds(2);

    /// <summary>How long expired addresses are used while no name server answers (RFC 8767).</summary>
    private static readonly TimeSpan MaxStale = TimeSpan.FromHours(1);

    private const int MaxLookups = 64;
    private const int MaxNames = 10_000;

    /// <summary>TimestampAfter this many unanswered lookups in a row, new lookups fail at once for a while; they would only fill the queue.</summary>
    private const int MaxUnanswered = 16;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly WatchedFile<HostsFile> _hosts;
    private readonly WatchedFile<ResolverConfig> _config;
    private readonly SemaphoreSlim _slots = new(MaxLookups);
    private readonly Dictionary<string, LookupResult> _known = [];
    private readonly Dictionary<string, Task<LookupResult>> _running = [];
    private NameServers? _servers;
    private int _unanswered;
    private long _suspendedUntil;

    /// <param name="hosts">The path of the hosts file.</param>
    /// <param name="config">The path of resolv.conf.</param>
    /// <param name="time">The clock.</param>
    /// <param name="port">The port of the name servers.</param>
    public HostResolver(string hosts, string config, TimeProvider time, int port = ResolverConfig.DefaultPort)
    {
        _time = time;
        _hosts = new WatchedFile<HostsFile>(hosts, HostsFile.Parse);
        _config = new WatchedFile<ResolverConfig>(config, text => ResolverConfig.Parse(text, port));
    }

    /// <summary>The resolver for this process.</summary>
    public static HostResolver Shared { get; } = new("/etc/hosts", "/etc/resolv.conf", TimeProvider.System);

    /// <summary>Resolves a name to its addresses, in the order in which to try them. Ends within <see cref="Timeout"/>.</summary>
    /// <exception cref="HostNotFoundException">The name has no address, or no name server answers.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async ValueTask<IReadOnlyList<IPAddress>> FindAsync(string name, CancellationToken token)
    {
        if (_hosts.Value.Find(name) is { Count: > 0 } addresses)
        {
            return AddressOrder.Sort(addresses);
        }

        var key = name.ToLowerInvariant();
        var servers = CurrentServers();
        Task<LookupResult>? lookup;
        lock (_lock)
        {
            if (_known.GetValueOrDefault(key) is { } known && _time.GetTimestamp() < known.FreshUntil)
            {
                return known.Get();
            }

            if (!_running.TryGetValue(key, out lookup))
            {
                _running.Add(key, lookup = LookUpAsync(key, servers));
            }
        }

        return (await lookup.WaitAsync(token).ConfigureAwait(false)).Get();
    }

    public void Dispose() => _slots.Dispose();

    /// <summary>The name servers of the current resolv.conf. When the file has changed, the cache is cleared.</summary>
    private NameServers CurrentServers()
    {
        var config = _config.Value;
        lock (_lock)
        {
            if (!ReferenceEquals(_servers?.Config, config))
            {
                _servers = new NameServers(config);
                _known.Clear();
                (_unanswered, _suspendedUntil) = (0, 0);
            }

            return _servers!;
        }
    }

    private async Task<LookupResult> LookUpAsync(string name, NameServers servers)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the caller holds the lock
        using var limit = new CancellationTokenSource(Timeout, _time);
        LookupResult found;
        try
        {
            await _slots.WaitAsync(limit.Token).ConfigureAwait(false);
            try
            {
                found = await QueryAsync(name, servers, limit.Token).ConfigureAwait(false);
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException)
        {
            found = Fail(HostNotFoundException.NoAnswer());
        }
        catch (HostNotFoundException error)
        {
            found = Fail(error);
        }

        return Cache(name, servers, found);
    }

    private async Task<LookupResult> QueryAsync(string name, NameServers servers, CancellationToken token)
    {
        lock (_lock)
        {
            if (_time.GetTimestamp() < _suspendedUntil)
            {
                throw HostNotFoundException.NoAnswer();
            }
        }

        var (addresses, ttl) = await servers.FindAsync(name, token).ConfigureAwait(false);
        ttl = ttl < MinTtl ? MinTtl : ttl < MaxTtl ? ttl : MaxTtl;
        return new LookupResult(AddressOrder.Sort(addresses), null, TimestampAfter(ttl), TimestampAfter(ttl + MaxStale));
    }

    private LookupResult Fail(HostNotFoundException error) => new([], error, TimestampAfter(FailureTtl), 0);

    /// <summary>Caches the result of a lookup. While no server answers, the previous addresses stay valid.</summary>
    private LookupResult Cache(string name, NameServers servers, LookupResult found)
    {
        lock (_lock)
        {
            _running.Remove(name);
            if (!ReferenceEquals(servers, _servers))
            {
                return found; // the settings have changed meanwhile
            }

            CountUnanswered(found);
            if (found.Failure is { IsAnswered: false } && _known.GetValueOrDefault(name) is { Addresses.Count: > 0 } before && _time.GetTimestamp() < before.StaleUntil)
            {
                found = before with { FreshUntil = found.FreshUntil };
            }

            if (_known.Count >= MaxNames && !_known.ContainsKey(name))
            {
                _known.Clear();
            }

            return _known[name] = found;
        }
    }

    private void CountUnanswered(LookupResult found)
    {
        _unanswered = found.Failure is { Failure: NameFailure.NoAnswer } ? _unanswered + 1 : 0;
        if (_unanswered == 0)
        {
            _suspendedUntil = 0;
        }
        else if (_unanswered >= MaxUnanswered && _suspendedUntil <= _time.GetTimestamp())
        {
            _suspendedUntil = TimestampAfter(FailureTtl);
        }
    }

    private long TimestampAfter(TimeSpan span) => _time.GetTimestamp() + (long)(span.TotalSeconds * _time.TimestampFrequency);

    /// <param name="Addresses">The addresses; empty after a failure.</param>
    /// <param name="Failure">Why there are no addresses.</param>
    /// <param name="FreshUntil">The time until which no server is asked again.</param>
    /// <param name="StaleUntil">The time until which the addresses may be used while no server answers.</param>
    private sealed record LookupResult(IReadOnlyList<IPAddress> Addresses, HostNotFoundException? Failure, long FreshUntil, long StaleUntil)
    {
        public IReadOnlyList<IPAddress> Get() => Failure is null ? Addresses : throw new HostNotFoundException(Failure.Failure, Failure.Message);
    }
}
