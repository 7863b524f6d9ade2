namespace Gorb.Writer;

/// <summary>
/// Compares the targets with the wanted table and repairs what differs. For the writer's thread, except where a member says otherwise. A target that cannot be read is
/// due again at the next occasion and holds up no other.
/// </summary>
internal sealed partial class Resync
{
    private readonly PublishedTable _table;
    private readonly Journal _journal;
    private readonly TargetComparison[] _comparisons;
    private readonly ILogger _logger;

    /// <param name="table">The wanted table.</param>
    /// <param name="journal">The store, which is owed the verdicts that a target shows.</param>
    /// <param name="comparisons">The targets, in the order of their ranks.</param>
    /// <param name="logger">Where the first comparison is told.</param>
    public Resync(PublishedTable table, Journal journal, IEnumerable<TargetComparison> comparisons, ILogger logger)
    {
        _table = table;
        _journal = journal;
        _comparisons = [.. comparisons];
        _logger = logger;
    }

    /// <summary>Changes that were sent to repair what others did; the first comparison after the start does not count. Any thread may ask.</summary>
    public long Repairs => _comparisons.Sum(static comparison => comparison.Repairs);

    /// <summary>The entries that something else keeps changing, in words. Any thread may ask.</summary>
    public IReadOnlyList<string> Contested => [.. _comparisons.SelectMany(static comparison => comparison.Contested)];

    /// <summary>Makes the comparison of all targets due. Any thread may call it.</summary>
    public void Request() => Array.ForEach(_comparisons, static comparison => comparison.IsDue = true);

    /// <summary>Has the next comparison repair everything, contested or not. Any thread may call it.</summary>
    public void RepairAll() => Array.ForEach(_comparisons, static comparison => comparison.RepairAll());

    /// <summary>The first look at the targets, when the saved table is loaded.</summary>
    /// <param name="flushes">Whether to empty the targets first.</param>
    /// <returns>True when they show all that is wanted, so that the comparison, which stays due, can wait.</returns>
    public bool Start(bool flushes)
    {
        var isShown = true;
        foreach (var comparison in _comparisons)
        {
            isShown &= comparison.Start(_table.Current, flushes);
        }

        return isShown;
    }

    /// <summary>Compares the targets that are due: reads them, then repairs them in the order of targets.</summary>
    public void RunIfDue()
    {
        var due = Array.FindAll(_comparisons, static comparison => comparison.TryObserve());
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

    /// <summary>All removals of a batch that went well are done.</summary>
    public void ForgetRemoved() => Array.ForEach(_comparisons, static comparison => comparison.ForgetRemoved());

    private void Finish(TargetComparison[] due)
    {
        var services = _table.Current.Services;
        var first = Array.ConvertAll(due, comparison => comparison.Finish(_table.Current));
        if (Array.Exists(first, static changes => changes is not null))
        {
            LogRestored(services.Count, services.Values.Sum(static service => service.Backends.Count), first.Sum() ?? 0);
        }
    }

    [LoggerMessage(1010, LogLevel.Information, "Wanted: {Services} services with {Backends} backends; {Changes} changes brought the kernel there")]
    private partial void LogRestored(int services, int backends, int changes);
}
