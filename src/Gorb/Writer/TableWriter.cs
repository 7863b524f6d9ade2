using Gorb.Model;
using Gorb.Neighbors;
using Gorb.Targets;

namespace Gorb.Writer;

/// <summary>
/// The only writer of the wanted table. Every change is posted to the writer's mailbox. The writer drains the mailbox, applies the changes to the wanted table in order and
/// commits the difference to the store and the targets as one batch. Readers see <see cref="Current"/>, an immutable table, and never block.
/// At the start, every <see cref="TableWriterOptions.Resync"/>, and after an unexpected answer, the writer compares the targets as a whole.
/// </summary>
internal sealed class TableWriter : ITableWriter, IHostedService, IDisposable
{
    /// <summary>Delay of the full comparison after a snapshot that matched. The daemon becomes ready first, because doing both at once takes twice as long.</summary>
    private static readonly TimeSpan AfterSnapshot = TimeSpan.FromSeconds(1);

    /// <summary>How often an idle writer checks the state file and retries a failed save.</summary>
    private static readonly TimeSpan StorePeriod = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<ITarget> _targets;
    private readonly TableWriterOptions _options;
    private readonly Journal _journal;
    private readonly TimeProvider _time;
    private readonly PublishedTable _table = new();
    private readonly Resync _resync;
    private readonly StoreKeeper _store;
    private readonly BatchWriter _batches;
    private readonly BatchWindow _window;
    private readonly Mailbox _mailbox = new();
    private readonly Thread _writer;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action[] _followers;
    private ITimer? _afterSnapshot;
    private ITimer? _timer;
    private ITimer? _storeTimer;

    /// <param name="targets">The targets that the wanted table is applied to, in the order of their ranks.</param>
    /// <param name="options">The writer's options.</param>
    /// <param name="journal">The store.</param>
    /// <param name="events">Receives an event for each repair.</param>
    /// <param name="neighbors">Other Gorbs on this kernel.</param>
    /// <param name="audit">Records who changed what.</param>
    /// <param name="time">The time.</param>
    /// <param name="logger">The log.</param>
    public TableWriter(
        IReadOnlyList<ITarget> targets, TableWriterOptions options, Journal journal, EventHub events, NeighborWatch neighbors, IAuditTrail audit, TimeProvider time, ILogger<TableWriter> logger)
    {
        _targets = targets;
        _options = options;
        _journal = journal;
        _time = time;
        _window = new BatchWindow(time);
        _resync = new Resync(_table, journal, targets.Select(target => new TargetComparison(target, events, neighbors, time, logger)), logger);
        _store = new StoreKeeper(journal, logger);
        _batches = new BatchWriter(targets, _table, journal, _store, _resync, options.Limits, audit, logger);
        // The kernel does netlink work inside the system call, so the writer blocks a dedicated thread instead of one of the pool's.
        _writer = new Thread(Write) { IsBackground = true, Name = "writer" };
        _followers = [.. targets.Select((_, position) => (Action)(() => Compare(position)))];
    }

    /// <summary>The wanted table as of the last batch. The targets hold all of it.</summary>
    public Table Current => _table.Current;

    public bool IsShared => false;

    /// <inheritdoc/>
    public string? RefusedWrites => null;

    public bool NoteIdle(string service, Backend backend) => true;

    /// <summary>The current <see cref="TableVersion"/>, for subscribers that follow changes.</summary>
    public TableVersion Latest => _table.Latest;

    /// <summary>Raised by the writer when there is a new <see cref="Latest"/>. Handlers must not block.</summary>
    public event Action? Changed
    {
        add => _table.Changed += value;
        remove => _table.Changed -= value;
    }

    /// <summary>The number of repairs so far: changes to Gorb's entries by other programs that Gorb undid.</summary>
    public long Repairs => _resync.Repairs;

    /// <summary>Descriptions of the entries that another program keeps changing.</summary>
    public IReadOnlyList<string> Contested => _resync.Contested;

    /// <summary>Why the state file does not hold the wanted table; null when it does.</summary>
    public string? StoreFailure => _store.Failure;

    /// <summary>Completes when the saved table is <see cref="Current"/> and has been compared with the targets. Canceled when the saved table cannot be read.</summary>
    public Task Started => _started.Task;

    /// <summary>
    /// Posts a change and waits until the targets hold it. Callers with long continuations must yield first: completions of a batch run one after the other.
    /// </summary>
    /// <param name="origin">The author of the change, reported in events.</param>
    /// <param name="edit">Changes the transaction's table, or throws <see cref="RequestException"/>. Runs on the writer, possibly twice, and must not block.</param>
    /// <exception cref="RequestException">The change was refused and has no effect.</exception>
    public Task ChangeAsync(ChangeOrigin origin, Action<Transaction> edit)
    {
        var request = new Request(origin, edit);
        return _mailbox.TryPost(request) ? request.Done : throw new RequestException(Refusal.Unavailable, "the daemon is stopping", []);
    }

    /// <summary>Starts the writer on a pool thread, so that the daemon's other services start concurrently.</summary>
    /// <exception cref="StateException">The saved table cannot be read; the targets were not touched.</exception>
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

    /// <summary>Completes the posted changes and stops. The targets keep their entries.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        StopWaking();
        _mailbox.Close();
        return _writer.IsAlive ? Task.Run(_writer.Join, cancellationToken) : Task.CompletedTask; // the thread was never started if the start failed
    }

    public void Dispose()
    {
        StopWaking();
        if (_writer.IsAlive)
        {
            _mailbox.Close();
            _writer.Join(); // the thread still uses the mailbox and the targets
        }

        _mailbox.Dispose();
    }

    /// <summary>Requests a comparison of the targets that repairs every difference, including contested entries.</summary>
    public void RequestRepair()
    {
        _resync.RepairAll();
        RequestResync();
    }

    /// <summary>Requests a comparison of the targets. Returns at once.</summary>
    public void RequestResync()
    {
        _resync.Request();
        if (!TryWake())
        {
            _timer?.Dispose(); // the daemon is stopping
        }
    }

    private void Start()
    {
        for (var i = 0; i < _targets.Count; i++)
        {
            _targets[i].Changed += _followers[i];
            _targets[i].Start();
        }

        _table.PublishWhole(_journal.Load());
        if (_resync.Start(_options.FlushAtStart))
        {
            _afterSnapshot = _time.CreateTimer(_ => RequestResync(), null, AfterSnapshot, Timeout.InfiniteTimeSpan); // the first request also runs the comparison, before its own change
        }
        else
        {
            _resync.RunIfDue();
        }

        _writer.Start();
        if (_journal.IsBehind)
        {
            TryWake(); // the store forgets what the comparison found to be gone, before another program makes the same entry
        }

        _storeTimer = _time.CreateTimer(_ => CheckStore(), null, StorePeriod, StorePeriod);
        if (_options.Resync > TimeSpan.Zero)
        {
            _timer = _time.CreateTimer(_ => RequestResync(), null, _options.Resync, _options.Resync);
        }
    }

    /// <summary>Stops what wakes the writer.</summary>
    private void StopWaking()
    {
        for (var i = 0; i < _targets.Count; i++)
        {
            _targets[i].Changed -= _followers[i];
        }

        _afterSnapshot?.Dispose();
        _timer?.Dispose();
        _storeTimer?.Dispose();
    }

    /// <summary>The main loop of the writer's thread.</summary>
    private void Write()
    {
        while (_mailbox.TryTake(_options.MaxRequestsPerBatch, _window.Expected, _window.MaxWait, out var batch))
        {
            _resync.RunIfDue(); // first, so that a batch never assumes a table that the targets do not hold
            _window.Begin();
            _batches.Write(batch);
            _window.End(batch.Count);
            _resync.RunIfDue();
            if (_mailbox.IsEmpty)
            {
                _store.SaveOwed(Current);
            }
        }
    }

    private void Compare(int target)
    {
        _resync.Request(target);
        TryWake();
    }

    private void CheckStore()
    {
        if (_store.IsNeeded)
        {
            TryWake();
        }
    }

    /// <summary>Posts an empty request, so that the writer runs its due work on the targets and the store.</summary>
    /// <returns>False when the daemon is stopping.</returns>
    private bool TryWake() => _mailbox.TryPost(new Request(new ChangeOrigin(Actors.Writer), static _ => { }));
}
