using Gorb.Model;
using Gorb.Targets;

namespace Gorb.Writer;

/// <summary>Commits batches of requests, publishes the resulting table and completes the requests. For the writer's thread only.</summary>
internal sealed partial class BatchWriter(
    IReadOnlyList<ITarget> targets, PublishedTable table, Journal journal, StoreKeeper store, Resync resync, Limits limits, IAuditTrail audit, ILogger logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>Commits a batch to the store and the targets, and completes every request in it.</summary>
    public void Write(List<Request> batch)
    {
        RefuseUnrecordable(batch);
        var batches = new TargetBatches(targets);
        var commit = new Commit(table.Current, batch, batches, journal, limits);
        var recorded = Task.CompletedTask;
        try
        {
            commit.Run();
            recorded = audit.RecordAsync(commit.AuditedChanges);
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

        if (recorded.IsCompletedSuccessfully)
        {
            CompletionDispatcher.Dispatch(batch);
        }
        else
        {
            _ = CompleteAsync(batch, recorded); // the writer goes on meanwhile
        }
    }

    /// <summary>Refuses requests that could not be recorded. Verdicts of checks are not recorded, so a full disk delays no failover.</summary>
    private void RefuseUnrecordable(List<Request> batch)
    {
        if (!batch.Exists(static request => request.Origin.IsAudited))
        {
            return;
        }

        try
        {
            audit.Prepare();
        }
        catch (StateException error)
        {
            batch.FindAll(static request => request.Origin.IsAudited).ForEach(request => request.Refuse(RequestException.Unsaved(error)));
        }
    }

    /// <summary>Completes the requests when they are recorded.</summary>
    private static async Task CompleteAsync(List<Request> batch, Task recorded)
    {
        try
        {
            await recorded.ConfigureAwait(false);
        }
        catch (StateException error)
        {
            batch.FindAll(static request => request.Origin.IsAudited).ForEach(request => request.Refuse(RequestException.Unrecorded(error)));
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
