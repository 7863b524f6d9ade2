using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gorb.Web;

/// <summary>
/// Limits the number of API connections, so that clients that only hold connections can neither lock others out nor take the descriptors of health checks.
/// At the limit, the connection that has been idle longest is closed for a new one; when none is idle, the new one is refused.
/// </summary>
internal sealed partial class ConnectionLimit(ConnectionBound bound, TimeProvider time, ILogger<ConnectionLimit> logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait for an aborted connection to release its descriptor before a new one is accepted anyway.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = logger;
    private readonly Lock _lock = new();
    private readonly HashSet<OpenConnection> _open = [];
    private int _max = bound.Connections;
    private long _clock;
    private DateTimeOffset _quietUntil;

    /// <summary>Admits a new connection; at the limit, the connection that has been idle longest is closed for it.</summary>
    /// <returns>False when the new connection is refused.</returns>
    public async ValueTask<bool> EnterAsync(ConnectionContext connection)
    {
        var entered = new OpenConnection(connection, Interlocked.Increment(ref _clock));
        OpenConnection? idle = null;
        lock (_lock)
        {
            if (_open.Count >= _max && (idle = RemoveIdle()) is null)
            {
                return false;
            }

            _open.Add(entered);
        }

        connection.Features.Set(entered);
        await CloseAsync(idle); // before the next one is accepted, so that a burst does not open connections faster than it closes them
        return true;
    }

    /// <summary>
    /// Frees descriptors when the process has none left: lowers the limit to what the process can hold, and closes connections above it, the longest idle
    /// first.
    /// </summary>
    /// <returns>False when no connection is idle.</returns>
    public async ValueTask<bool> FreeAsync()
    {
        var closed = new List<OpenConnection>();
        lock (_lock)
        {
            _max = Math.Max(ConnectionBound.Min, Math.Min(_max, _open.Count - ConnectionBound.Reserve));
            while (_open.Count > _max && RemoveIdle() is { } idle)
            {
                closed.Add(idle);
            }
        }

        foreach (var idle in closed)
        {
            await CloseAsync(idle);
        }

        return closed.Count > 0;
    }

    private OpenConnection? RemoveIdle()
    {
        LogFullOnceAMinute();
        var idle = _open.Where(static open => open.IsIdle).MinBy(static open => open.LastUse);
        if (idle is not null)
        {
            _open.Remove(idle);
        }

        return idle;
    }

    private async ValueTask CloseAsync(OpenConnection? idle)
    {
        if (idle is not null)
        {
            idle.Abort();
            await Task.WhenAny(idle.Closed, Task.Delay(CloseLimit, time));
        }
    }

    /// <summary>Removes connections from the count when they end.</summary>
    public void TrackConnections(ListenOptions listen) => listen.Use(next => async connection =>
    {
        var open = connection.Features.Get<OpenConnection>()!; // set by the listener
        try
        {
            await next(connection);
        }
        finally
        {
            lock (_lock)
            {
                _open.Remove(open);
            }

            open.MarkClosed();
        }
    });

    /// <summary>Marks a connection as busy during a request.</summary>
    public void TrackRequests(WebApplication app) => app.Use(next => context => context.Features.Get<OpenConnection>() is { } open ? RunAsync(open, next, context) : next(context));

    private async Task RunAsync(OpenConnection open, RequestDelegate next, HttpContext context)
    {
        open.BeginRequest();
        try
        {
            await next(context);
        }
        finally
        {
            open.EndRequest(Interlocked.Increment(ref _clock));
        }
    }

    private void LogFullOnceAMinute()
    {
        var now = time.GetUtcNow();
        if (now >= _quietUntil)
        {
            _quietUntil = now + Period; // at most one line per minute
            LogFull(_max, bound.Files);
        }
    }

    [LoggerMessage(3002, LogLevel.Warning, "The API has reached its limit of {Connections} connections (the limit of open files is {Files}): Gorb closes those that have been idle longest "
        + "and refuses new ones when none is idle. Raise --max-connections or the limit of open files (ulimit -n, docker run --ulimit nofile=)")]
    private partial void LogFull(int connections, long files);
}
