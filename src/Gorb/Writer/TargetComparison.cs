using Gorb.Logging;
using Gorb.Model;
using Gorb.Neighbors;
using Gorb.Targets;

namespace Gorb.Writer;

/// <summary>Compares one target with the wanted table and repairs the differences with the minimum number of messages.</summary>
internal sealed partial class TargetComparison(ITarget target, EventHub events, NeighborWatch neighbors, TimeProvider time, ILogger logger)
{
    /// <summary>The maximum number of changes that a log line lists.</summary>
    private const int MaxShown = 5;

    private readonly ILogger _logger = logger;
    private readonly RepairBackOff _backOff = new(time);
    private readonly RepeatFilter _repeats = new();
    private readonly List<ChangeFailure> _failures = [];
    private volatile bool _isDue = true;
    private IReadOnlyCollection<string> _others = [];
    private IObservation? _observation;
    private IRepair? _repair;
    private HashSet<string> _found = [];
    private bool _repairsAll;
    private bool _knowsHealth;
    private bool _hasRun;
    private long _repairs;

    /// <summary>Whether the target is due for comparison. Can be set on any thread.</summary>
    public bool IsDue
    {
        get => _isDue;
        set => _isDue = value;
    }

    /// <inheritdoc cref="Resync.Repairs"/>
    public long Repairs => Volatile.Read(ref _repairs);

    /// <inheritdoc cref="Resync.Contested"/>
    public IEnumerable<string> Contested => _backOff.Contested.Select(entry => $"Something else keeps changing {entry}; {Consequence()}");

    /// <inheritdoc cref="Resync.RepairAll"/>
    public void RepairAll() => Volatile.Write(ref _repairsAll, true);

    /// <inheritdoc cref="Resync.Start"/>
    public bool Start(Table wanted, bool flushes)
    {
        var isShown = target.Matches(wanted); // always call it, because the target keeps the snapshot until then
        if (flushes)
        {
            target.Flush();
        }

        _knowsHealth = isShown && !target.Ledger.HasLeftovers && !flushes;
        return _knowsHealth;
    }

    /// <summary>Reads the target if it is due.</summary>
    public bool TryObserve()
    {
        if (!_isDue)
        {
            return false;
        }

        _isDue = false; // reset first: a request from now on is for the next comparison
        try
        {
            _observation = target.Observe();
            return true;
        }
        catch (TargetException error)
        {
            Fail(error.Message);
            return false;
        }
    }

    /// <summary>Returns the table with the verdicts that the target shows at the first comparison; null at later comparisons, and of a target that shows none.</summary>
    public Table? RestoreHealth(Table wanted)
    {
        var isFirst = !_knowsHealth;
        _knowsHealth = true;
        return isFirst && _observation is IHealthObservation health ? health.RestoreHealth(wanted) : null;
    }

    /// <summary>Plans the repairs to be made now. Contested entries wait for the end of their pause.</summary>
    public void Plan(Table wanted)
    {
        if (Interlocked.Exchange(ref _repairsAll, false) | HasNeighborEnded())
        {
            _backOff.Clear();
        }

        _failures.Clear();
        _repair = _observation!.Plan(wanted);
        _observation = null;
        _found = _hasRun ? [.. Changes().Select(_repair.EntryOf)] : [];
        _backOff.Delay(_repair);
    }

    /// <summary>Records the repairs in the target's ledger.</summary>
    /// <returns>True when the ledger must be saved before the repairs are applied.</returns>
    public bool Record() => _repair?.Record() == true;

    /// <summary>Gives up the repairs, which are planned anew at the next comparison.</summary>
    public void Postpone(string reason)
    {
        _repair = null;
        Fail(reason);
    }

    /// <summary>Applies the changes of one direction.</summary>
    public void Apply(Table wanted, bool isUp)
    {
        try
        {
            if (_repair is { Count: > 0 } repair)
            {
                _failures.AddRange(isUp ? repair.ApplyUp(wanted) : repair.ApplyDown(wanted));
            }
        }
        catch (TargetException error)
        {
            Postpone(error.Message);
        }
    }

    /// <summary>Logs and publishes the repairs and the failures.</summary>
    /// <returns>The number of changes of the first comparison; null for a later or a failed comparison.</returns>
    public int? Finish(Table wanted)
    {
        if (_repair is null)
        {
            return null;
        }

        var failed = _failures.Select(static failure => failure.Change).ToHashSet();
        var done = Changes().Where(change => !failed.Contains(change)).ToList();
        var isFirst = !_hasRun;
        _hasRun = true;
        if (!isFirst)
        {
            ReportContested(wanted, done);
            Report(wanted, done.FindAll(_repair.IsDrift));
        }

        LogNewRefusals();
        if (_failures.TrueForAll(static failure => failure.Kind == FailureKind.Missing))
        {
            target.Ledger.Clear();
        }

        _repair = null;
        target.Report(null);
        return isFirst ? done.Count : null;
    }

    /// <inheritdoc cref="Resync.ForgetRemoved"/>
    public void ForgetRemoved()
    {
        if (!_isDue)
        {
            target.Ledger.Clear();
        }
    }

    private IEnumerable<int> Changes() => Enumerable.Range(0, _repair!.Count);

    private void Fail(string reason)
    {
        _isDue = true;
        target.Report(reason);
    }

    /// <summary>Whether another Gorb has ended since the last comparison. Entries that it contested are then free.</summary>
    private bool HasNeighborEnded()
    {
        var before = _others;
        _others = neighbors.Others;
        return before.Except(_others).Any();
    }

    /// <summary>Reports each newly contested entry once. Changes made while no daemon ran do not count.</summary>
    private void ReportContested(Table wanted, List<int> done)
    {
        var repair = _repair!;
        foreach (var entry in _backOff.Note(_found, done.Where(repair.IsContestable).Select(repair.EntryOf)))
        {
            var consequence = Consequence();
            LogContested(entry, consequence);
            var service = repair.ServiceOf(done.Find(change => repair.EntryOf(change) == entry), wanted);
            events.Publish("repair", service, null, $"something else keeps changing {entry}; {consequence}");
        }
    }

    private string Consequence() => "Gorb repairs it only every few minutes from now on. " + (neighbors.Others is { Count: > 0 } others
        ? $"It may be another Gorb ({string.Join("; ", others)}): remove the service from one of them, then send SIGHUP to the other"
        : $"No other Gorb is known on this kernel: look for {target.OtherWriters}, then send SIGHUP to Gorb");

    private void Report(Table wanted, List<int> done)
    {
        var repair = _repair!;
        if (done.Count > 0)
        {
            Volatile.Write(ref _repairs, _repairs + done.Count);
            var shown = string.Join("; ", done.Take(MaxShown).Select(repair.Describe));
            LogRepaired(target.Description, done.Count, done.Count > MaxShown ? $"{shown}; ..." : shown);
            events.Publish(now => done.Select(change => new Event(
                "repair", now, repair.ServiceOf(change, wanted), null, $"something else changed {target.Description}; repaired: {repair.Describe(change)}")));
        }
    }

    /// <summary>
    /// Logs what the target refuses, once for each reason. Differences found in the target's state are not logged; the next comparison checks them again.
    /// </summary>
    private void LogNewRefusals()
    {
        foreach (var refusal in _repeats.Update(_failures.Where(static failure => failure.Kind == FailureKind.Refused).Select(static failure => failure.Reason)))
        {
            LogRefused(refusal);
        }
    }

    [LoggerMessage(1011, LogLevel.Warning, "Something else changed {Target}; repaired {Count}: {Changes}")]
    private partial void LogRepaired(string target, int count, string changes);

    [LoggerMessage(1013, LogLevel.Warning, "Something else keeps changing {Entry}; {Consequence}")]
    private partial void LogContested(string entry, string consequence);

    [LoggerMessage(1012, LogLevel.Error, "The kernel rejects part of the wanted table: {Reason}")]
    private partial void LogRefused(string reason);
}
