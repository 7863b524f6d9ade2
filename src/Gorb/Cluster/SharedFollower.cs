using Gorb.Etcd;

namespace Gorb.Cluster;

/// <summary>Follows the cluster's table. Readers get an immutable table, and learn why it is not up to date.</summary>
internal sealed class SharedFollower(EtcdClient client, ClusterKeys keys) : ISharedView
{
    private const string NotRead = "the cluster's table has not been read yet";

    private readonly Lock _lock = new();
    private SharedTable _current = SharedTable.Empty;
    private TaskCompletionSource _changed = Signal();
    private string? _problem = NotRead;
    private DateTimeOffset _problemSince = client.Clock.GetUtcNow();
    private bool _mustList;

    /// <summary>The table as it was last read.</summary>
    public SharedTable Current
    {
        get
        {
            lock (_lock)
            {
                return _current;
            }
        }
    }

    /// <summary>Why <see cref="Current"/> may be behind; null when it follows etcd.</summary>
    public string? Problem
    {
        get
        {
            lock (_lock)
            {
                return _problem;
            }
        }
    }

    /// <summary>Why and since when <see cref="Current"/> may be behind; null when it follows etcd.</summary>
    public Staleness? Stale
    {
        get
        {
            lock (_lock)
            {
                return _problem is null ? null : new Staleness(_problem, _problemSince);
            }
        }
    }

    /// <summary>Completes when the table or <see cref="Problem"/> changes next.</summary>
    public Task Changed
    {
        get
        {
            lock (_lock)
            {
                return _changed.Task;
            }
        }
    }

    /// <summary>Follows until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        await foreach (var update in client.WatchAsync(KeyRange.Prefix(keys.Table), cancel).ConfigureAwait(false))
        {
            lock (_lock)
            {
                Take(update);
                _changed.SetResult();
                _changed = Signal();
            }
        }
    }

    /// <summary>Waits until the table has all changes up to a revision.</summary>
    /// <exception cref="TimeoutException">It has not in that time.</exception>
    public async Task<SharedTable> ReachAsync(long revision, TimeSpan limit, CancellationToken cancel)
    {
        var began = client.Clock.GetTimestamp();
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_problem is null && _current.Revision >= revision)
                {
                    return _current;
                }

                changed = _changed.Task;
            }

            var left = limit - client.Clock.GetElapsedTime(began);
            await changed.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, client.Clock, cancel).ConfigureAwait(false);
        }
    }

    async Task<SharedView> ISharedView.ReachAsync(long revision, TimeSpan limit, CancellationToken cancel)
    {
        var shared = await ReachAsync(revision, limit, cancel).ConfigureAwait(false);
        return new SharedView(shared, shared.Table);
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Take(WatchUpdate update)
    {
        if (update is WatchInterruption interruption)
        {
            Report(interruption.Reason);
            return;
        }

        if (_mustList && update is not WatchListing)
        {
            return; // a document before could not be read, so that this change is not one of the table that is here
        }

        try
        {
            _current = _current.After(keys, update);
            (_problem, _mustList) = (null, false);
        }
        catch (ClusterFormatException error)
        {
            Report(error.Message);
            _mustList = true;
        }
    }

    private void Report(string problem)
    {
        _problemSince = _problem is null ? client.Clock.GetUtcNow() : _problemSince;
        _problem = problem;
    }
}
