using Gorb.Model;
using Gorb.Neighbors;
using Gorb.Targets;

namespace Gorb.Writer;

/// <summary>
/// The one writer. Every change is posted to its mailbox; it drains the mailbox, applies the changes to the wanted table in order and
/// brings the difference into the store and to the targets as one batch. Readers see <see cref="Current"/>, an immutable table, and wait for nobody.
/// At the start, every <see cref="BalancerOptions.Resync"/>, and when an answer was not as expected, it compares the targets as a whole.
/// </summary>
internal sealed class Balancer : IHostedService, IDisposable
{
    /// <summary>Delay of the full comparison after a snapshot that matched. The daemon becomes ready first: both at once take twice as long.</summary>
    private static readonly TimeSpan AfterSnapshot = TimeSpan.FromSeconds(1);

    /// <summary>How often the state file is looked at while nothing is saved, and a save that failed is tried again.</summary>
    private static readonly TimeSpan StorePeriod = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<ITarget> _targets;
    private readonly BalancerOptions _options;
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
    private ITimer? _afterSnapshot;
    private ITimer? _timer;
    private ITimer? _storeTimer;

    /// <param name="targets">Where the wanted table is brought about, in the order of their ranks.</param>
    /// <param name="options">How the writer works.</param>
    /// <param name="journal">The store.</param>
    /// <param name="events">Where repairs are told.</param>
    /// <param name="neighbors">Other Gorbs on this kernel.</param>
    /// <param name="time">The time.</param>
    /// <param name="logger">The log.</param>
    public Balancer(
        IReadOnlyList<ITarget> targets, BalancerOptions options, Journal journal, EventHub events, NeighborWatch neighbors, TimeProvider time, ILogger<Balancer> logger)
    {
        _targets = targets;
        _options = options;
        _journal = journal;
        _time = time;
        _window = new BatchWindow(time);
        _resync = new Resync(_table, journal, targets.Select(target => new TargetComparison(target, events, neighbors, time, logger)), logger);
        _store = new StoreKeeper(journal, logger);
        _batches = new BatchWriter(targets, _table, journal, _store, _resync, logger);
        // Netlink work is done inside the system call, so it gets a thread of its own instead of one of the pool's.
        _writer = new Thread(Write) { IsBackground = true, Name = "balancer" };
    }

    /// <summary>The wanted table as of the last batch; all of it is at the targets.</summary>
    public Table Current => _table.Current;

    /// <summary>The same as a <see cref="TableVersion"/>, for those who follow what changes.</summary>
    public TableVersion Latest => _table.Latest;

    /// <summary>Raised by the writer when there is a <see cref="Latest"/>; must not block.</summary>
    public event Action? Changed
    {
        add => _table.Changed += value;
        remove => _table.Changed -= value;
    }

    /// <summary>How many changes that others made in entries of Gorb were repaired until now.</summary>
    public long Repairs => _resync.Repairs;

    /// <summary>The entries that something else keeps changing, in words.</summary>
    public IReadOnlyList<string> Contested => _resync.Contested;

    /// <summary>Why the state file does not hold the wanted table; null when it does.</summary>
    public string? StoreFailure => _store.Failure;

    /// <summary>Ends when the saved table is <see cref="Current"/> and was compared with the targets; canceled when it cannot be read.</summary>
    public Task Started => _started.Task;

    /// <summary>
    /// Posts a change and waits until it is at the targets. Callers with long continuations must yield first: completions of a batch run one after the other.
    /// </summary>
    /// <param name="origin">Who makes the change; events tell it.</param>
    /// <param name="edit">Changes the transaction's table, or throws <see cref="RequestException"/>. Runs on the writer, perhaps twice, and neither parses nor waits.</param>
    /// <exception cref="RequestException">The change was refused and nothing of it is left.</exception>
    public Task ChangeAsync(ChangeOrigin origin, Action<Transaction> edit)
    {
        var request = new Request(origin, edit);
        return _mailbox.TryPost(request) ? request.Done : throw new RequestException(Refusal.Unavailable, "the daemon is stopping", []);
    }

    /// <summary>Starts on a thread of the pool: others of the daemon start meanwhile.</summary>
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

    /// <summary>Finishes what was posted; the targets stay as they are.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        StopTimers();
        _mailbox.Close();
        return _writer.IsAlive ? Task.Run(_writer.Join, cancellationToken) : Task.CompletedTask; // it has not begun when the start failed
    }

    public void Dispose()
    {
        StopTimers();
        if (_writer.IsAlive)
        {
            _mailbox.Close();
            _writer.Join(); // it must not find its mailbox and its targets gone
        }

        _mailbox.Dispose();
    }

    /// <summary>Has the targets compared, and everything repaired, as soon as the writer comes to it.</summary>
    public void RequestRepair()
    {
        _resync.RepairAll();
        RequestResync();
    }

    /// <summary>Has the targets compared as soon as the writer comes to it.</summary>
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
        foreach (var target in _targets)
        {
            target.Start();
        }

        _table.PublishWhole(_journal.Load());
        if (_resync.Start(_options.FlushAtStart))
        {
            _afterSnapshot = _time.CreateTimer(_ => RequestResync(), null, AfterSnapshot, Timeout.InfiniteTimeSpan); // or the first request, before it is done
        }
        else
        {
            _resync.RunIfDue();
        }

        _writer.Start();
        _storeTimer = _time.CreateTimer(_ => CheckStore(), null, StorePeriod, StorePeriod);
        if (_options.Resync > TimeSpan.Zero)
        {
            _timer = _time.CreateTimer(_ => RequestResync(), null, _options.Resync, _options.Resync);
        }
    }

    private void StopTimers()
    {
        _afterSnapshot?.Dispose();
        _timer?.Dispose();
        _storeTimer?.Dispose();
    }

    /// <summary>The writer's thread.</summary>
    private void Write()
    {
        while (_mailbox.TryTake(_options.MaxRequestsPerBatch, _window.Expected, _window.MaxWait, out var batch))
        {
            _resync.RunIfDue(); // first, so that a batch never builds on a table that is not there
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

    private void CheckStore()
    {
        if (_store.IsNeeded)
        {
            TryWake();
        }
    }

    /// <summary>Has the writer look after the targets and the store, though nobody asks for a change.</summary>
    /// <returns>False when the daemon is stopping.</returns>
    private bool TryWake() => _mailbox.TryPost(new Request(new ChangeOrigin(Actors.Writer), static _ => { }));
}
