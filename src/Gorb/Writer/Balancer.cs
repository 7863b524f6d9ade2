using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Neighbors;
using Gorb.Targets.Host;
using Gorb.Targets.Ipvs;

namespace Gorb.Writer;

/// <summary>
/// The one writer. Every change is posted to its mailbox; it drains the mailbox, applies the changes to the wanted table in order and
/// brings the difference into the store and the kernel as one batch. Readers see <see cref="Current"/>, an immutable table, and wait for nobody.
/// At the start, every <see cref="BalancerOptions.Resync"/>, and when an answer was not as expected, it compares the whole kernel table.
/// </summary>
internal sealed partial class Balancer : IHostedService, IDisposable
{
    /// <summary>Delay of the full comparison after a snapshot that matched. The daemon becomes ready first: both at once take twice as long.</summary>
    private static readonly TimeSpan AfterSnapshot = TimeSpan.FromSeconds(1);

    /// <summary>How often the state file is looked at while nothing is saved, and a save that failed is tried again.</summary>
    private static readonly TimeSpan StorePeriod = TimeSpan.FromSeconds(1);

    private readonly IIpvsClient _client;
    private readonly KernelAvailability _availability;
    private readonly BalancerOptions _options;
    private readonly Journal _journal;
    private readonly KeptCounters _counters;
    private readonly Resync _resync;
    private readonly Sysctls _sysctls;
    private readonly StartupSnapshot _snapshot;
    private readonly TimeProvider _time;
    private readonly ILogger<Balancer> _logger;
    private readonly Mailbox _mailbox = new();
    private readonly BatchWindow _window;
    private readonly Thread _writer;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TableVersion _latest = new(Table.Empty, [], ChangeOrigins.None);
    private volatile bool _isResyncDue = true;
    private bool _isStarted;
    private ITimer? _afterSnapshot;
    private ITimer? _timer;
    private ITimer? _storeTimer;
    private volatile string? _storeFailure;

    public Balancer(
        IpvsClientFactory clients, BalancerOptions options, Journal journal, Sysctls sysctls, KeptCounters counters, EventHub events, NeighborWatch neighbors, TimeProvider time,
        ILogger<Balancer> logger)
    {
        _client = clients.Create();
        _availability = new KernelAvailability(_client, logger);
        _options = options;
        _journal = journal;
        _sysctls = sysctls;
        _counters = counters;
        _resync = new Resync(_client, journal, events, neighbors, time, logger);
        _window = new BatchWindow(time);
        _time = time;
        _logger = logger;
        _snapshot = new StartupSnapshot(clients.ReadSnapshot, logger);
        // Netlink work is done inside the system call, so it gets a thread of its own instead of one of the pool's.
        _writer = new Thread(Write) { IsBackground = true, Name = "balancer" };
    }

    /// <summary>The wanted table as of the last batch; all of it is in the kernel.</summary>
    public Table Current => _latest.Table;

    /// <summary>The same as a <see cref="TableVersion"/>, for those who follow what changes.</summary>
    public TableVersion Latest => _latest;

    /// <summary>Raised by the writer when there is a <see cref="Latest"/>; must not block.</summary>
    public event Action? Changed;

    /// <summary>What this kernel does not do.</summary>
    public KernelLimits Limits => _sysctls.Limits;

    /// <summary>How many changes that others made in entries of Gorb were repaired until now.</summary>
    public long Repairs => _resync.Repairs;

    /// <summary>The entries of the kernel that something else keeps changing, in words.</summary>
    public IReadOnlyList<string> Contested => _resync.Contested;

    /// <summary>Why the state file does not hold the wanted table; null when it does.</summary>
    public string? StoreFailure => _storeFailure;

    /// <summary>Ends when the saved table is <see cref="Current"/> and was compared with the kernel's; canceled when it cannot be read.</summary>
    public Task Started => _started.Task;

    /// <summary>Posts a change and waits until it is in the kernel. Whoever then has much to do yields first: others are told on the same thread.</summary>
    /// <param name="origin">Who makes the change; events tell it.</param>
    /// <param name="edit">Changes the transaction's table, or throws <see cref="RequestException"/>. Runs on the writer, perhaps twice.</param>
    /// <exception cref="RequestException">The change was refused and nothing of it is left.</exception>
    public Task ChangeAsync(ChangeOrigin origin, Action<Transaction> edit)
    {
        var request = new Request(origin, edit);
        return _mailbox.TryPost(request) ? request.Done : throw new RequestException(Refusal.Unavailable, "the daemon is stopping", []);
    }

    /// <summary>Starts on a thread of the pool: others of the daemon start meanwhile.</summary>
    /// <exception cref="StateException">The saved table cannot be read; the kernel was not touched.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(Start, cancellationToken);
            _started.SetResult();
        }
        catch
        {
            _started.SetCanceled(CancellationToken.None);
            throw;
        }
    }

    private void Start()
    {
        _availability.LogVersion();
        _sysctls.Apply();
        PublishWhole(_journal.Load());
        var isShown = _snapshot.Matches(Current, Limits); // asked in any case, for it keeps what it has read until then
        if (_options.FlushAtStart)
        {
            _availability.Flush();
        }

        if (isShown && _journal.Leftovers.Count == 0 && !_options.FlushAtStart)
        {
            _isStarted = true;
            _afterSnapshot = _time.CreateTimer(_ => RequestResync(), null, AfterSnapshot, Timeout.InfiniteTimeSpan); // or the first request, before it is done
        }
        else
        {
            CompareIfDue();
        }

        _writer.Start();
        _storeTimer = _time.CreateTimer(_ => CheckStore(), null, StorePeriod, StorePeriod);
        if (_options.Resync > TimeSpan.Zero)
        {
            _timer = _time.CreateTimer(_ => RequestResync(), null, _options.Resync, _options.Resync);
        }
    }

    /// <summary>Finishes what was posted; the kernel's table stays as it is.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        StopTimers();
        _mailbox.Close();
        return Task.Run(_writer.Join, cancellationToken);
    }

    public void Dispose()
    {
        StopTimers();
        if (_writer.IsAlive)
        {
            _mailbox.Close();
            _writer.Join(); // it must not find its mailbox gone
        }

        _mailbox.Dispose();
        _client.Dispose();
    }

    private void StopTimers()
    {
        _afterSnapshot?.Dispose();
        _timer?.Dispose();
        _storeTimer?.Dispose();
    }

    private void Write()
    {
        while (_mailbox.TryTake(_options.MaxRequestsPerBatch, _window.Expected, _window.MaxWait, out var batch))
        {
            CompareIfDue(); // first, so that a batch never builds on a table that is not there
            _window.Begin();
            WriteBatch(batch);
            _window.End(batch.Count);
            CompareIfDue();
            if (_mailbox.IsEmpty)
            {
                SaveOwed();
            }
        }
    }

    private void WriteBatch(List<Request> batch)
    {
        var kernel = new KernelBatch(_client, Limits, _counters);
        var commit = new Commit(Current, batch, kernel, _journal);
        try
        {
            commit.Run();
            Publish(commit.After, commit.Touched, commit.FindOrigins());
            if (commit.StoreFailure is { } trouble)
            {
                LogStoreBehind(trouble.Message);
            }

            _storeFailure = _journal.IsBehind || !_journal.IsIntact ? _storeFailure : null;
            _isResyncDue |= commit.SawDrift;
            ForgetRemovedKeys();
            Changed?.Invoke();
        }
        catch (Exception error) // the writer outlives whatever a batch runs into; everybody in it is told
        {
            Report(error, batch.Count);
            RollBack(commit, kernel);
            batch.ForEach(request => request.Refuse(KernelErrors.Translate(error)));
        }

        CompletionDispatcher.Dispatch(batch);
    }

    private void Report(Exception error, int count)
    {
        if (error is IpvsUnavailableException)
        {
            _availability.Report(error.Message);
        }
        else if (error is StateException)
        {
            LogUnsaved(count, error.Message);
            _storeFailure = _journal.IsIntact ? _storeFailure : error.Message;
        }
        else
        {
            LogBatchFailed(error, count);
        }
    }

    /// <summary>All removals of a batch that went well are done.</summary>
    private void ForgetRemovedKeys()
    {
        if (!_isResyncDue)
        {
            _journal.ForgetLeftovers();
        }
    }

    /// <summary>Nothing of a failed batch is wanted; what it left in the kernel is removed by the next comparison.</summary>
    private void RollBack(Commit commit, KernelBatch kernel)
    {
        _resync.RepairAll(); // what the batch left is Gorb's own doing
        _isResyncDue = true;
        try
        {
            _journal.Save(Current, commit.Touched, kernel.Undo(Current));
        }
        catch (StateException error)
        {
            LogStoreBehind(error.Message);
        }
    }

    private void CompareIfDue()
    {
        if (!_isResyncDue)
        {
            return;
        }

        _availability.Try(() =>
        {
            var kernel = KernelService.Index(_client.GetTable());
            _sysctls.Apply(); // IPVS may have come only now
            if (!_isStarted)
            {
                PublishWhole(StartHealth.Of(Current, kernel, Limits));
                _journal.NoteVerdicts(Current);
                _isStarted = true;
            }

            _resync.Run(Current, kernel, Limits);
            _isResyncDue = false;
        });
    }

    /// <summary>Writes what the store is owed while nobody waits.</summary>
    private void SaveOwed()
    {
        if (_journal.IsBehind || !_journal.IsIntact)
        {
            Save();
        }
        else
        {
            _storeFailure = null;
        }

        if (_journal.TakeNotice() is { } notice)
        {
            LogStoreNotice(notice);
        }
    }

    /// <summary>Saves what the store is owed. Why it cannot be done is said once as long as it stays the same; the next second tries again.</summary>
    private void Save()
    {
        try
        {
            _journal.Save(Current);
            _storeFailure = null;
        }
        catch (StateException error)
        {
            if (_storeFailure != error.Message)
            {
                _storeFailure = error.Message;
                LogStoreBehind(error.Message);
            }
        }
    }

    /// <summary>Wakes the writer when the state file is not what it should be: whoever stops the daemon next must not find it lost.</summary>
    private void CheckStore()
    {
        if (_storeFailure is not null || !_journal.IsIntact)
        {
            TryWake();
        }
    }

    /// <summary>Has the kernel compared, and everything repaired, as soon as the writer comes to it.</summary>
    public void RequestRepair()
    {
        _resync.RepairAll();
        RequestResync();
    }

    /// <summary>Has the kernel compared as soon as the writer comes to it.</summary>
    public void RequestResync()
    {
        _isResyncDue = true;
        if (!TryWake())
        {
            _timer?.Dispose(); // the daemon is stopping
        }
    }

    /// <summary>Has the writer look after the kernel and the store, though nobody asks for a change.</summary>
    /// <returns>False when the daemon is stopping.</returns>
    private bool TryWake() => _mailbox.TryPost(new Request(new ChangeOrigin(Actors.Writer), static _ => { }));

    private void PublishWhole(Table table) => Publish(table, [.. table.Services.Keys], ChangeOrigins.None);

    private void Publish(Table table, IReadOnlyCollection<string> touched, ChangeOrigins origins) => _latest = _latest.Append(table, touched, origins);

    [LoggerMessage(1004, LogLevel.Error, "A batch of {Count} requests failed")]
    private partial void LogBatchFailed(Exception error, int count);

    [LoggerMessage(1006, LogLevel.Error, "{Count} requests cannot be saved: {Reason}")]
    private partial void LogUnsaved(int count, string reason);

    [LoggerMessage(1008, LogLevel.Warning, "{Notice}")]
    private partial void LogStoreNotice(string notice);

    [LoggerMessage(1005, LogLevel.Error, "The state file is behind and will be written again: {Reason}")]
    private partial void LogStoreBehind(string reason);
}
