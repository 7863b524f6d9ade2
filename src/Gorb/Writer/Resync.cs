using Gorb.Model;

namespace Gorb.Writer;

/// <summary>
/// Compares the targets with the wanted table and repairs the differences. For the writer's thread, unless a member says otherwise. A target that cannot be read
/// stays due for the next comparison and does not delay other targets.
/// </summary>
internal sealed partial class Resync
{
    private readonly PublishedTable _table;
    private readonly Journal _journal;
    private readonly TargetComparison[] _comparisons;
    private readonly ILogger _logger;
    private int _early;
    private bool _isPartial;

    /// <param name="table">The wanted table.</param>
    /// <param name="journal">The journal, which saves what repairs need and later the verdicts that a target shows.</param>
    /// <param name="comparisons">The targets, in the order of their ranks.</param>
    /// <param name="logger">Logs the result of the first comparison.</param>
    public Resync(PublishedTable table, Journal journal, IEnumerable<TargetComparison> comparisons, ILogger logger)
    {
        _table = table;
        _journal = journal;
        _comparisons = [.. comparisons];
        _logger = logger;
    }

    /// <summary>
    /// The number of changes sent to repair changes by other programs, without those of the first comparison after the start. Can be read on any thread.
    /// </summary>
    public long Repairs => _comparisons.Sum(static comparison => comparison.Repairs);

    /// <summary>Descriptions of the contested entries. Can be read on any thread.</summary>
    public IReadOnlyList<string> Contested => [.. _comparisons.SelectMany(static comparison => comparison.Contested)];

    /// <summary>Marks all targets as due for comparison. Can be called on any thread.</summary>
    public void Request() => Array.ForEach(_comparisons, static comparison => comparison.IsDue = true);

    /// <summary>Marks a target as due for comparison. Can be called on any thread.</summary>
    /// <param name="target">The position of the target in the order of ranks.</param>
    public void Request(int target) => _comparisons[target].IsDue = true;

    /// <summary>Makes the next comparison repair every difference, including contested entries. Can be called on any thread.</summary>
    public void RepairAll() => Array.ForEach(_comparisons, static comparison => comparison.RepairAll());

    /// <summary>
    /// Checks cheaply whether the targets match the saved table, once it is loaded, and compares those that do not. The comparison of the others stays due but can wait.
    /// </summary>
    /// <param name="flushes">Whether to empty the targets first.</param>
    /// <returns>True when comparisons are left.</returns>
    public bool Start(bool flushes)
    {
        var differing = Array.FindAll(_comparisons, comparison => !comparison.Start(_table.Current, flushes));
        _isPartial = differing.Length < _comparisons.Length;
        Run(differing);
        (var isPartial, _isPartial) = (_isPartial, false);
        return isPartial;
    }

    /// <summary>Compares the targets that are due.</summary>
    public void RunIfDue() => Run(_comparisons);

    /// <summary>Compares those of the targets that are due: reads all of them, then repairs them in the order of their ranks.</summary>
    private void Run(TargetComparison[] comparisons)
    {
        var due = Array.FindAll(comparisons, static comparison => comparison.TryObserve());
        if (due.Length == 0)
        {
            return;
        }

        foreach (var comparison in due)
        {
            if (comparison.RestoreHealth(_table.Current) is { } restored)
            {
                _table.PublishWhole(restored);
                _journal.NoteVerdicts(restored);
            }
        }

        Array.ForEach(due, comparison => comparison.Plan(_table.Current));
        Record(due);
        for (var i = 0; i < due.Length; i++)
        {
            due[i].Apply(_table.Current, isUp: true);
        }

        for (var i = due.Length - 1; i >= 0; i--)
        {
            due[i].Apply(_table.Current, isUp: false);
        }

        Finish(due);
    }

    /// <summary>Clears the ledgers after a successful batch, whose removals are all done.</summary>
    public void ForgetRemoved() => Array.ForEach(_comparisons, static comparison => comparison.ForgetRemoved());

    /// <summary>Saves what must be known before the repairs are applied. If the save fails, only the repairs that need it wait.</summary>
    private void Record(TargetComparison[] due)
    {
        var unsaved = Array.FindAll(due, static comparison => comparison.Record());
        try
        {
            if (unsaved.Length > 0)
            {
                _journal.Save(_table.Current);
            }
        }
        catch (StateException error)
        {
            Array.ForEach(unsaved, comparison => comparison.Postpone(error.Message));
        }
    }

    private void Finish(TargetComparison[] due)
    {
        var services = _table.Current.Services;
        var first = Array.ConvertAll(due, comparison => comparison.Finish(_table.Current));
        _early += first.Sum() ?? 0;
        if (!_isPartial && Array.Exists(first, static changes => changes is not null))
        {
            LogRestored(services.Count, services.Values.Sum(static service => service.Backends.Count), _early);
            _early = 0;
        }
    }

    [LoggerMessage(1010, LogLevel.Information, "Wanted: {Services} services with {Backends} backends; the kernel needed {Changes} changes")]
    private partial void LogRestored(int services, int backends, int changes);
}
