using System.Net;

namespace Gorb.Names;

/// <summary>
/// Finds the addresses of host names as the system does (/etc/hosts, then the name servers of /etc/resolv.conf, with its search domains), but holds no
/// thread meanwhile: the system's getaddrinfo(3) blocks one for each name, and a name server that is silent then takes them all.
/// Each name is asked for once at a time, the number of questions is bounded, and answers are kept for as long as they hold.
/// </summary>
internal sealed class HostResolver : IDisposable
{
    /// <summary>How long a look-up may take, its wait for a turn included.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan MinTtl = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxTtl = TimeSpan.FromMinutes(1);

    /// <summary>How long a failure is kept.</summary>
    private static readonly TimeSpan FailureTtl = TimeSpan.FromSeconds(2);

    /// <summary>How long addresses are used that no name server confirms any more (RFC 8767).</summary>
    private static readonly TimeSpan MaxStale = TimeSpan.FromHours(1);

    private const int MaxLookups = 64;
    private const int MaxNames = 10_000;

    /// <summary>After so many unanswered look-ups in a row, others are not started for a while: they would fill the queue for nothing.</summary>
    private const int MaxSilences = 16;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly WatchedFile<HostsFile> _hosts;
    private readonly WatchedFile<ResolverConfig> _config;
    private readonly SemaphoreSlim _turns = new(MaxLookups);
    private readonly Dictionary<string, Finding> _known = [];
    private readonly Dictionary<string, Task<Finding>> _running = [];
    private NameServers? _servers;
    private int _silences;
    private long _silentUntil;

    /// <param name="hosts">Path of the hosts file.</param>
    /// <param name="config">Path of the resolver's settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="port">The name servers' port.</param>
    public HostResolver(string hosts, string config, TimeProvider time, int port = ResolverConfig.DefaultPort)
    {
        _time = time;
        _hosts = new WatchedFile<HostsFile>(hosts, HostsFile.Parse);
        _config = new WatchedFile<ResolverConfig>(config, text => ResolverConfig.Parse(text, port));
    }

    /// <summary>The resolver of this process.</summary>
    public static HostResolver Shared { get; } = new("/etc/hosts", "/etc/resolv.conf", TimeProvider.System);

    /// <summary>The addresses of a name, the one to try first in front. Ends within <see cref="Timeout"/>.</summary>
    /// <exception cref="HostNotFoundException">It has none, or no name server answers.</exception>
    /// <exception cref="OperationCanceledException">The caller does not wait any longer.</exception>
    public async ValueTask<IReadOnlyList<IPAddress>> FindAsync(string name, CancellationToken token)
    {
        if (_hosts.Value.Find(name) is { Count: > 0 } addresses)
        {
            return AddressOrder.Sort(addresses);
        }

        var key = name.ToLowerInvariant();
        var servers = Servers();
        Task<Finding>? lookup;
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

    public void Dispose() => _turns.Dispose();

    /// <summary>Those of the settings as they are now. Other settings end what was known.</summary>
    private NameServers Servers()
    {
        var config = _config.Value;
        lock (_lock)
        {
            if (!ReferenceEquals(_servers?.Config, config))
            {
                _servers = new NameServers(config);
                _known.Clear();
                (_silences, _silentUntil) = (0, 0);
            }

            return _servers!;
        }
    }

    private async Task<Finding> LookUpAsync(string name, NameServers servers)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the caller holds the lock
        using var limit = new CancellationTokenSource(Timeout, _time);
        Finding found;
        try
        {
            await _turns.WaitAsync(limit.Token).ConfigureAwait(false);
            try
            {
                found = await AskAsync(name, servers, limit.Token).ConfigureAwait(false);
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (OperationCanceledException)
        {
            found = Failed(HostNotFoundException.NoAnswer());
        }
        catch (HostNotFoundException error)
        {
            found = Failed(error);
        }

        return Keep(name, servers, found);
    }

    private async Task<Finding> AskAsync(string name, NameServers servers, CancellationToken token)
    {
        lock (_lock)
        {
            if (_time.GetTimestamp() < _silentUntil)
            {
                throw HostNotFoundException.NoAnswer();
            }
        }

        var (addresses, ttl) = await servers.FindAsync(name, token).ConfigureAwait(false);
        ttl = ttl < MinTtl ? MinTtl : ttl < MaxTtl ? ttl : MaxTtl;
        return new Finding(AddressOrder.Sort(addresses), null, After(ttl), After(ttl + MaxStale));
    }

    private Finding Failed(HostNotFoundException error) => new([], error, After(FailureTtl), 0);

    /// <summary>Keeps what was found. Where no server answered, what was known before goes on to hold.</summary>
    private Finding Keep(string name, NameServers servers, Finding found)
    {
        lock (_lock)
        {
            _running.Remove(name);
            if (!ReferenceEquals(servers, _servers))
            {
                return found; // other settings by now
            }

            Count(found);
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

    private void Count(Finding found)
    {
        _silences = found.Failure is { Failure: NameFailure.NoAnswer } ? _silences + 1 : 0;
        if (_silences == 0)
        {
            _silentUntil = 0;
        }
        else if (_silences >= MaxSilences && _silentUntil <= _time.GetTimestamp())
        {
            _silentUntil = After(FailureTtl);
        }
    }

    private long After(TimeSpan span) => _time.GetTimestamp() + (long)(span.TotalSeconds * _time.TimestampFrequency);

    /// <param name="Addresses">The addresses; none when it failed.</param>
    /// <param name="Failure">Why there are none.</param>
    /// <param name="FreshUntil">Until when nobody is asked again.</param>
    /// <param name="StaleUntil">Until when the addresses may be used if nobody answers.</param>
    private sealed record Finding(IReadOnlyList<IPAddress> Addresses, HostNotFoundException? Failure, long FreshUntil, long StaleUntil)
    {
        public IReadOnlyList<IPAddress> Get() => Failure is null ? Addresses : throw new HostNotFoundException(Failure.Failure, Failure.Message);
    }
}
