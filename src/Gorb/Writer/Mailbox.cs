using System.Diagnostics.CodeAnalysis;

namespace Gorb.Writer;

/// <summary>The queue of requests for the writer. The writer takes several requests at once and is woken once for them.</summary>
internal sealed class Mailbox : IDisposable
{
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _signal = new(false);
    private readonly Queue<Request> _requests = [];
    private int _awaited;
    private bool _isClosed;

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _requests.Count == 0;
            }
        }
    }

    /// <returns>False when the mailbox is closed.</returns>
    public bool TryPost(Request request)
    {
        bool isEnough;
        lock (_lock)
        {
            if (_isClosed)
            {
                return false;
            }

            _requests.Enqueue(request);
            isEnough = _awaited == _requests.Count;
        }

        if (isEnough)
        {
            _signal.Set();
        }

        return true;
    }

    /// <summary>Rejects further requests. Requests that are already posted can still be taken.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
        }

        _signal.Set();
    }

    /// <summary>Waits for requests and takes them in the order in which they were posted.</summary>
    /// <param name="max">The maximum number of requests to take.</param>
    /// <param name="expected">The number of requests that is likely to arrive.</param>
    /// <param name="maxWait">How long to wait for the expected number.</param>
    /// <param name="requests">The requests taken.</param>
    /// <returns>False when the mailbox is closed and empty.</returns>
    public bool TryTake(int max, int expected, TimeSpan maxWait, [NotNullWhen(true)] out List<Request>? requests)
    {
        Await(Math.Min(expected, max), maxWait);
        Await(1, Timeout.InfiniteTimeSpan);
        lock (_lock)
        {
            requests = _requests.Count > 0 ? new List<Request>(Math.Min(_requests.Count, max)) : null;
            while (requests?.Count < max && _requests.TryDequeue(out var request))
            {
                requests.Add(request);
            }

            return requests is not null;
        }
    }

    public void Dispose() => _signal.Dispose();

    private void Await(int count, TimeSpan maxWait)
    {
        bool isSignalled;
        do
        {
            lock (_lock)
            {
                _awaited = _requests.Count < count && !_isClosed ? count : 0;
                if (_awaited == 0)
                {
                    return;
                }
            }

            isSignalled = _signal.WaitOne(maxWait);
        }
        while (isSignalled); // the signal may be from a request that arrived after the previous wait had timed out
    }
}
