using Gorb.Model;
using Gorb.Targets;

namespace Gorb.Writer;

/// <summary>Commits batches of requests, publishes what they made and answers them. For the writer's thread.</summary>
internal sealed partial class BatchWriter(
    IReadOnlyList<ITarget> targets, PublishedTable table, Journal journal, StoreKeeper store, Resync resync, ILogger logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>Brings a batch into the store and to the targets, and answers all of it.</summary>
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
        catch (Exception error) // the writer outlives whatever a batch runs into; everybody in it is told
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

    /// <summary>Nothing of a failed batch is wanted. What it left at a target that can be reached is removed before anybody is told.</summary>
    private void RollBack(Commit commit, TargetBatches batches)
    {
        foreach (var batch in batches.All)
        {
            batch.Changes.RecordUndo(table.Current);
        }

        store.SaveRollback(table.Current, commit.Touched);
        resync.RepairAll(); // what the batch left is Gorb's own doing
        resync.Request();
        resync.RunIfDue();
    }

    [LoggerMessage(1004, LogLevel.Error, "A batch of {Count} requests failed")]
    private partial void LogBatchFailed(Exception error, int count);
}
