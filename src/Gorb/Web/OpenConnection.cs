using Microsoft.AspNetCore.Connections;

namespace Gorb.Web;

/// <summary>A connection to the API. It is idle from one request's end to the moment when the next one's headers are all there.</summary>
internal sealed class OpenConnection(ConnectionContext connection, long opened)
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _requests;
    private long _lastUse = opened;

    public bool IsIdle => Volatile.Read(ref _requests) == 0;

    /// <summary>When it was opened, or its last request ended; a number that grows.</summary>
    public long LastUse => Interlocked.Read(ref _lastUse);

    /// <summary>Ends when its descriptor is given back, or is about to be.</summary>
    public Task Closed => _closed.Task;

    public void BeginRequest() => Interlocked.Increment(ref _requests);

    public void EndRequest(long now)
    {
        Interlocked.Exchange(ref _lastUse, now);
        Interlocked.Decrement(ref _requests);
    }

    public void Abort() => connection.Abort(new ConnectionAbortedException("It was idle, and another needed its place."));

    public void MarkClosed() => _closed.TrySetResult();
}
