using System.Net.Sockets;
using Gorb.Ipvs;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;
using Gorb.Logging;
using Gorb.Model;
using Gorb.Targets.Host.Addresses;
using Gorb.Targets.Ipvs;

namespace Gorb.Targets.Host.Sync;

/// <summary>
/// The kernel's two sync daemons (ip_vs_sync.c), which tell other directors of this one's connections, and this one of theirs. Both roles run on every director at all times:
/// own messages are not looped back. The daemons outlive Gorb, as the connections do. Only what Gorb started is stopped, when the option is gone or has another value.
/// </summary>
internal sealed partial class SyncTarget : ITarget, IDisposable
{
    private readonly Lazy<IIpvsClient> _kernel;
    private readonly Lazy<IAddressClient> _network;
    private readonly AddressWatch _watch;
    private readonly SyncOptions _options;
    private readonly SyncLedger _ledger;
    private readonly RepeatFilter _repeats = new();
    private readonly RepeatFilter _problems = new();
    private readonly ILogger _logger;

    /// <summary>The index of the device at the last comparison; 0 while there was none.</summary>
    private volatile uint _link;

    public SyncTarget(IpvsClientFactory kernel, HostNetwork network, AddressWatch watch, SyncOptions options, SyncLedger ledger, ILogger<SyncTarget> logger)
    {
        _kernel = new(kernel.Create);
        _network = new(network.Connect);
        _watch = watch;
        _options = options;
        _ledger = ledger;
        _logger = logger;
        _watch.Noticed += Note;
    }

    public string Name => "sync";

    public string Description => "the sync daemons";

    public string OtherWriters => "keepalived (lvs_sync_daemon) or a script with \"ipvsadm --stop-daemon\"";

    /// <summary>Above the kernel's settings.</summary>
    public int Rank => 50;

    public ILedger Ledger => _ledger;

    public event Action? Changed
    {
        add => _watch.Changed += value;
        remove => _watch.Changed -= value;
    }

    /// <summary>False when there is nothing to start and nothing to stop.</summary>
    private bool IsActive => _options.Interface is not null || !_ledger.Owned.IsEmpty;

    public void Start()
    {
        if (_options.Interface is not null)
        {
            _watch.Start();
        }
    }

    public bool Matches(Table wanted)
    {
        try
        {
            return !IsActive || Read().All(static state => state.Status == SyncStatus.Running);
        }
        catch (TargetException)
        {
            return false; // the comparison that follows reports it
        }
    }

    /// <summary>Does nothing: an operator who empties the kernel's IPVS table does not ask for the daemons.</summary>
    public void Flush()
    {
    }

    public IObservation Observe() => new Observation(this, IsActive ? Read() : []);

    public ITargetBatch BeginBatch() => new SyncBatch();

    public void Report(string? trouble)
    {
        if (trouble is null)
        {
            _repeats.End();
        }
        else if (IsActive && _repeats.IsNew(trouble))
        {
            LogTrouble(trouble);
        }
    }

    public void Dispose()
    {
        if (_kernel.IsValueCreated)
        {
            _kernel.Value.Dispose();
        }

        if (_network.IsValueCreated)
        {
            _network.Value.Dispose();
        }
    }

    /// <summary>Enters the daemons to be started in the ledger, and forgets those that no longer run.</summary>
    internal bool Record(IReadOnlyList<SyncState> states, IReadOnlyList<SyncChange> changes)
    {
        var running = states.Select(static state => state.Owned).OfType<SyncKey>().ToHashSet();
        var started = changes.Select(static change => change.Start).OfType<SyncKey>().ToList();
        foreach (var key in _ledger.Owned.Where(key => !running.Contains(key) && !IsWanted(key)))
        {
            _ledger.Forget(key);
        }

        started.ForEach(_ledger.Own);
        return started.Count > 0;
    }

    /// <returns>Why the kernel refuses; null on success.</returns>
    /// <exception cref="AnswersLostException">The kernel's answer was lost.</exception>
    internal IpvsException? Apply(SyncChange change)
    {
        try
        {
            if (change.Stop is { } former)
            {
                Stop(former);
            }

            if (change.Start is { } key)
            {
                _kernel.Value.StartSyncDaemon(new SyncDaemon(key.Role, key.Interface, key.Id));
            }

            LogChanged($"{change}");
            return null;
        }
        catch (IpvsException refused)
        {
            if (change.Start is { } key)
            {
                _ledger.Forget(key);
            }

            return refused;
        }
        catch (NetlinkException lost)
        {
            throw new AnswersLostException(this, lost);
        }
    }

    private void Stop(SyncKey key)
    {
        try
        {
            _kernel.Value.StopSyncDaemon(key.Role);
        }
        catch (IpvsException missing) when (missing.IsNotFound)
        {
            // another program stopped it
        }

        _ledger.Forget(key);
    }

    private IReadOnlyList<SyncState> Read()
    {
        try
        {
            var host = SyncHost.Read(_kernel.Value, _network.Value, _options);
            _link = host.Link?.Index ?? 0;
            return host.Judge(_options, _ledger);
        }
        catch (Exception error) when (error is IpvsException or AddressException)
        {
            throw new TargetUnavailableException(this, error);
        }
        catch (NetlinkException lost)
        {
            throw new AnswersLostException(this, lost);
        }
    }

    private bool IsWanted(SyncKey key) => _options.Interface is not null && key == _ledger.Key(key.Role, _options, _link);

    private IEnumerable<SyncChange> PlanAll(IReadOnlyList<SyncState> states)
    {
        foreach (var state in states)
        {
            Tell(state);
            if (state.Status == SyncStatus.Leftover)
            {
                yield return new SyncChange(state.Role, state.Owned, null, IsDrift: false);
            }
            else if (state.Status is SyncStatus.Stopped or SyncStatus.Outdated)
            {
                var key = _ledger.Key(state.Role, _options, _link);
                yield return new SyncChange(state.Role, state.Owned, key, state.Status == SyncStatus.Stopped && _ledger.Owned.Contains(key));
            }
        }
    }

    /// <summary>Logs what is wrong with a role, once as long as it lasts. Both roles share most troubles.</summary>
    private void Tell(SyncState state)
    {
        var subject = state.Status == SyncStatus.Conflict ? SyncWords.Of(state.Role) : "";
        if (state.Problem is null)
        {
            _problems.End(SyncWords.Of(state.Role));
            _problems.End();
        }
        else if (_problems.IsNew(state.Problem, subject))
        {
            LogProblem(state.Problem);
        }
    }

    private void Note(AddressNotice notice)
    {
        if (_options.Interface is { } name && (notice.IsLossy || notice.Links.Any(link => link.Name == name) || notice.Added.Any(IsOfLink)))
        {
            _watch.RequestComparison();
        }
    }

    private bool IsOfLink(LinkAddress added) => added.Link == _link && added.Address.AddressFamily == AddressFamily.InterNetwork;

    [LoggerMessage(1191, LogLevel.Information, "Connection sync: {Change}")]
    private partial void LogChanged(string change);

    [LoggerMessage(1192, LogLevel.Warning, "Connections are not synchronized: {Problem}")]
    private partial void LogProblem(string problem);

    [LoggerMessage(1193, LogLevel.Error, "The sync daemons cannot be managed: {Reason}")]
    private partial void LogTrouble(string reason);

    private sealed class Observation(SyncTarget target, IReadOnlyList<SyncState> states) : IObservation
    {
        public IRepair Plan(Table wanted) => new SyncRepair(target, states, [.. target.PlanAll(states)]);
    }
}
