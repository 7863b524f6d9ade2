namespace Gorb.Audit;

/// <summary>Runs what is posted, in order, on one thread of the pool at a time; what waits is run as one batch. Thread-safe.</summary>
/// <param name="run">Runs a batch.</param>
internal sealed class AuditQueue(Action<IReadOnlyList<Action>> run)
{
    private readonly Lock _lock = new();
    private List<Entry> _waiting = [];
    private bool _isWorking;

    /// <returns>A task that ends with the batch, and fails as the batch does.</returns>
    public Task Post(Action action)
    {
        var entry = new Entry(action, new TaskCompletionSource());
        lock (_lock)
        {
            _waiting.Add(entry);
            if (!_isWorking)
            {
                _isWorking = true;
                ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.Work(), this, preferLocal: false);
            }
        }

        return entry.Done.Task;
    }

    private void Work()
    {
        while (true)
        {
            List<Entry> entries;
            lock (_lock)
            {
                (entries, _waiting) = (_waiting, []);
                if (entries.Count == 0)
                {
                    _isWorking = false;
                    return;
                }
            }

            Run(entries);
        }
    }

    private void Run(List<Entry> entries)
    {
        try
        {
            run(entries.ConvertAll(static entry => entry.Action));
        }
        catch (Exception error) // a defect in one line must not leave the other requests without an answer
        {
            entries.ForEach(entry => entry.Done.SetException(error));
            return;
        }

        entries.ForEach(static entry => entry.Done.SetResult());
    }

    private sealed record Entry(Action Action, TaskCompletionSource Done);
}
