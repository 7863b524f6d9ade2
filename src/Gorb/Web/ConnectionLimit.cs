using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gorb.Web;

/// <summary>
/// Bounds the connections to the API, so that those who only hold connections keep neither others from the API nor health checks from their descriptors. When
/// the bound is reached, the connection that has been idle for longest is closed for a new one; when none is idle, the new one is refused.
/// </summary>
internal sealed partial class ConnectionLimit(ConnectionBound bound, TimeProvider time, ILogger<ConnectionLimit> logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>How long a connection that was aborted may keep its descriptor until a new one is accepted all the same.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = logger;
    private readonly Lock _lock = new();
    private readonly HashSet<OpenConnection> _open = [];
    private int _max = bound.Connections;
    private long _clock;
    private DateTimeOffset _quietUntil;

    /// <summary>Takes a new connection in; the one that has been idle for longest may be closed for it.</summary>
    /// <returns>False when it is refused.</returns>
    public async ValueTask<bool> EnterAsync(ConnectionContext connection)
    {
        var entered = new OpenConnection(connection, Interlocked.Increment(ref _clock));
        OpenConnection? idle = null;
        lock (_lock)
        {
            if (_open.Count >= _max && (idle = TakeIdle()) is null)
            {
                return false;
            }

            _open.Add(entered);
        }

        connection.Features.Set(entered);
        await CloseAsync(idle); // now, so that a burst does not open more than it closes
        return true;
    }

    /// <summary>
    /// Frees descriptors, for the process has none left: closes connections, the longest idle first, and allows only those that are left from now on.
    /// </summary>
    /// <returns>False when none is idle.</returns>
    public async ValueTask<bool> FreeAsync()
    {
        var closed = new List<OpenConnection>();
        lock (_lock)
        {
            _max = Math.Max(ConnectionBound.Min, Math.Min(_max, _open.Count - ConnectionBound.Reserve));
            while (_open.Count > _max && TakeIdle() is { } idle)
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

    private OpenConnection? TakeIdle()
    {
        Tell();
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

    /// <summary>Has connections leave when they end.</summary>
    public void Watch(ListenOptions listen) => listen.Use(next => async connection =>
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

    /// <summary>Tells connections with a request from idle ones.</summary>
    public void WatchRequests(WebApplication app) => app.Use(next => context => context.Features.Get<OpenConnection>() is { } open ? RunAsync(open, next, context) : next(context));

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

    private void Tell()
    {
        var now = time.GetUtcNow();
        if (now >= _quietUntil)
        {
            _quietUntil = now + Period; // one line a minute says it
            LogFull(_max, bound.Files);
        }
    }

    [LoggerMessage(3002, LogLevel.Warning, "Too many connections to the API: {Connections} at a time are allowed, with a limit of {Files} open files; the ones that are idle for longest are closed, "
        + "and new ones refused when none is idle. --max-connections allows more, and so does a higher limit (ulimit -n, docker run --ulimit nofile=)")]
    private partial void LogFull(int connections, long files);
}
