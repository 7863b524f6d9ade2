using System.Net;
using Gorb.Platform;
using Microsoft.AspNetCore.Connections;

namespace Gorb.Web;

/// <summary>A connection to the API. It is idle from the end of a request until the headers of the next one have arrived.</summary>
internal sealed class OpenConnection(ConnectionContext connection, long opened)
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _requests;
    private long _lastUse = opened;

    /// <summary>The client's address or network, of which there is a limit; null for a client on this host.</summary>
    public IPAddress? Group { get; } = connection.RemoteEndPoint is IPEndPoint { Address: var address } && !HostName.IsLoopback(address) ? ClientGroup.Of(address) : null;

    public bool IsIdle => Volatile.Read(ref _requests) == 0;

    /// <summary>The time of its last use, as a growing number: when it was opened, or when its last request ended.</summary>
    public long LastUse => Interlocked.Read(ref _lastUse);

    /// <summary>Completes when the descriptor is released or about to be.</summary>
    public Task Closed => _closed.Task;

    public void BeginRequest() => Interlocked.Increment(ref _requests);

    public void EndRequest(long now)
    {
        Interlocked.Exchange(ref _lastUse, now);
        Interlocked.Decrement(ref _requests);
    }

    public void Abort() => connection.Abort(new ConnectionAbortedException("It was idle, and the limit of connections was reached."));

    public void MarkClosed() => _closed.TrySetResult();
}
