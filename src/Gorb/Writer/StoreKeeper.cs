using Gorb.Model;

namespace Gorb.Writer;

/// <summary>Writes owed changes to the store while the writer is idle, and reports why the store is behind.</summary>
internal sealed partial class StoreKeeper(Journal journal, ILogger logger)
{
    private readonly ILogger _logger = logger;
    private volatile string? _failure;

    /// <summary>The reason why the state file does not hold the wanted table; null when it does. Can be read on any thread.</summary>
    public string? Failure => _failure;

    /// <summary>
    /// True when the store failed or its file is lost. It must be restored before the daemon stops, or the next start will not find the table. Can be read on any
    /// thread.
    /// </summary>
    public bool IsNeeded => _failure is not null || !journal.IsIntact;

    /// <summary>Records that a batch is saved. Later changes may be owed.</summary>
    /// <param name="behind">The reason why non-essential changes could not be saved; null when they were.</param>
    public void NoteSaved(StateException? behind)
    {
        if (behind is not null)
        {
            LogBehind(behind.Message);
        }

        if (_failure is not null && !journal.IsBehind && journal.IsIntact)
        {
            _failure = null;
        }
    }

    /// <summary>Records that requests were refused because they could not be saved.</summary>
    public void NoteUnsaved(int requests, StateException error)
    {
        LogUnsaved(requests, error.Message);
        _failure = journal.IsIntact ? _failure : error.Message;
    }

    /// <summary>Saves the previous table after a failed batch.</summary>
    public void SaveRollback(Table table, IReadOnlyCollection<string> touched)
    {
        try
        {
            journal.Save(table, touched);
        }
        catch (StateException error)
        {
            LogBehind(error.Message);
        }
    }

    /// <summary>Writes owed changes to the store.</summary>
    public void SaveOwed(Table table)
    {
        var isSeen = journal.TakeWritten(); // a moment ago the store itself has looked at its file
        if (journal.IsBehind || !(isSeen || journal.IsIntact))
        {
            Save(table);
        }
        else
        {
            _failure = null;
        }

        if (journal.TakeNotice() is { } notice)
        {
            LogNotice(notice);
        }
    }

    /// <summary>Saves owed changes. Logs a failure once for each reason; the save is retried a second later.</summary>
    private void Save(Table table)
    {
        try
        {
            journal.Save(table);
            _failure = null;
        }
        catch (StateException error)
        {
            if (_failure != error.Message)
            {
                _failure = error.Message;
                LogBehind(error.Message);
            }
        }
    }

    [LoggerMessage(1006, LogLevel.Error, "{Count} requests cannot be saved: {Reason}")]
    private partial void LogUnsaved(int count, string reason);

    [LoggerMessage(1008, LogLevel.Warning, "{Notice}")]
    private partial void LogNotice(string notice);

    [LoggerMessage(1005, LogLevel.Error, "The state file is behind and will be written again: {Reason}")]
    private partial void LogBehind(string reason);
}
