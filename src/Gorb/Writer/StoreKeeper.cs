using Gorb.Model;

namespace Gorb.Writer;

/// <summary>Looks after the store while nobody waits: writes what it is owed, and says why it is behind.</summary>
internal sealed partial class StoreKeeper(Journal journal, ILogger logger)
{
    private readonly ILogger _logger = logger;
    private volatile string? _failure;

    /// <summary>Why the state file does not hold the wanted table; null when it does. Any thread may ask.</summary>
    public string? Failure => _failure;

    /// <summary>True when the store is not what it should be: whoever stops the daemon next must not find it lost. Any thread may ask.</summary>
    public bool IsNeeded => _failure is not null || !journal.IsIntact;

    /// <summary>Notes that a batch is saved; what came after it may be owed.</summary>
    /// <param name="behind">Why what is not essential could not be saved; null when it was.</param>
    public void NoteSaved(StateException? behind)
    {
        if (behind is not null)
        {
            LogBehind(behind.Message);
        }

        _failure = journal.IsBehind || !journal.IsIntact ? _failure : null;
    }

    /// <summary>Notes that requests were refused because they could not be saved.</summary>
    public void NoteUnsaved(int requests, StateException error)
    {
        LogUnsaved(requests, error.Message);
        _failure = journal.IsIntact ? _failure : error.Message;
    }

    /// <summary>Saves the table of before, after a batch that failed.</summary>
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

    /// <summary>Writes what the store is owed.</summary>
    public void SaveOwed(Table table)
    {
        if (journal.IsBehind || !journal.IsIntact)
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

    /// <summary>Saves what the store is owed. Why it cannot be done is said once as long as it stays the same; the next second tries again.</summary>
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
