using Gorb.Model;
using Gorb.Targets;

namespace Gorb.Writer;

/// <summary>Commits batches of requests, publishes the resulting table and completes the requests. For the writer's thread only.</summary>
internal sealed partial class BatchWriter(
    IReadOnlyList<ITarget> targets, PublishedTable table, Journal journal, StoreKeeper store, Resync resync, ILogger logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>Commits a batch to the store and the targets, and completes every request in it.</summary>
    public void Write(List<Request> batch)
    {
        var batches = new TargetBatches(targets);
        var commit = new Commit(table.Current, batch, batches, journal);
        try
        {
            commit.Run();
            table.Publish(commit.After, commit.Touched, commit.FindOrigins());
            store.NoteSaved(commit.StoreFailure);
            if (commit.SawDrift)
            {
                resync.Request();
            }

            resync.ForgetRemoved();
            table.Announce();
        }
        catch (Exception error) // no error of a batch ends the writer; every request in the batch fails with it
        {
            Report(error, batch.Count);
            RollBack(commit, batches);
            batch.ForEach(request => request.Refuse(Translate(error)));
        }

        CompletionDispatcher.Dispatch(batch);
    }

    private static Exception Translate(Exception error) => error switch
    {
        TargetException => RequestException.Unavailable(error),
        StateException lost => RequestException.Unsaved(lost),
        _ => error,
    };

    private void Report(Exception error, int count)
    {
        switch (error)
        {
            case TargetUnavailableException unavailable:
                unavailable.Target.Report(unavailable.Message);
                break;
            case StateException unsaved:
                store.NoteUnsaved(count, unsaved);
                break;
            default:
                LogBatchFailed(error, count);
                break;
        }
    }

    /// <summary>Undoes a failed batch. Its remains at reachable targets are removed before the requests are completed.</summary>
    private void RollBack(Commit commit, TargetBatches batches)
    {
        foreach (var batch in batches.All)
        {
            batch.Changes.RecordUndo(table.Current);
        }

        store.SaveRollback(table.Current, commit.Touched);
        resync.RepairAll(); // the remains of the batch are Gorb's own and not contested
        resync.Request();
        resync.RunIfDue();
    }

    [LoggerMessage(1004, LogLevel.Error, "A batch of {Count} requests failed")]
    private partial void LogBatchFailed(Exception error, int count);
}
