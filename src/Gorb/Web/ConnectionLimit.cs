using System.Net;
using Gorb.Access;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gorb.Web;

/// <summary>
/// Limits the number of API connections, in total and of each other host, so that clients that only hold connections can neither lock others out nor take the descriptors of health
/// checks. At a limit, the connection that has been idle longest is closed for a new one, in total one of the client that has the most; when none is idle, the new one is refused.
/// </summary>
internal sealed partial class ConnectionLimit(ConnectionBound bound, ConnectionRefusals refusals, TimeProvider time, ILogger<ConnectionLimit> logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait for an aborted connection to release its descriptor before a new one is accepted anyway.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = logger;
    private readonly Lock _lock = new();
    private readonly OpenConnections _open = new();
    private int _max = bound.Connections;
    private long _clock;
    private DateTimeOffset _quietUntil;
    private DateTimeOffset _quietOfAddressesUntil;

    /// <summary>Admits a new connection; at a limit, the connection that has been idle longest is closed for it.</summary>
    /// <returns>Why the new connection is refused; null when it is admitted.</returns>
    public async ValueTask<RefusedConnection?> EnterAsync(ConnectionContext connection)
    {
        var entered = new OpenConnection(connection, Interlocked.Increment(ref _clock));
        OpenConnection? idle;
        lock (_lock)
        {
            if (TryMakeRoom(entered, out idle) is { } refused)
            {
                return refused;
            }

            _open.Add(entered);
        }

        connection.Features.Set(entered);
        await CloseAsync(idle); // before the next one is accepted, so that a burst does not open connections faster than it closes them
        return null;
    }

    private RefusedConnection? TryMakeRoom(OpenConnection entered, out OpenConnection? idle)
    {
        idle = null;
        if (entered.Group is { } group && _open.Of(group) >= bound.PerAddress)
        {
            idle = Remove(_open.FindIdle(group));
            LogAddressOnceAMinute(group);
            return idle is null ? RefuseOfAddress() : null;
        }

        return _open.Count >= _max && (idle = RemoveIdle()) is null ? RefuseOfAll() : null;
    }

    private RefusedConnection RefuseOfAddress()
    {
        refusals.AddOfAddress();
        return RefusedConnection.OfAddress(bound.PerAddress);
    }

    private RefusedConnection RefuseOfAll()
    {
        refusals.AddOfAll();
        return RefusedConnection.Total(_max);
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
        return Remove(_open.FindIdle());
    }

    private OpenConnection? Remove(OpenConnection? idle)
    {
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

    private void LogAddressOnceAMinute(IPAddress group)
    {
        var now = time.GetUtcNow();
        if (now >= _quietOfAddressesUntil)
        {
            _quietOfAddressesUntil = now + Period;
            LogAddress(group, bound.PerAddress);
        }
    }

    [LoggerMessage(3004, LogLevel.Warning, "{Address} has reached the limit of {Connections} connections of one address: Gorb closes those that have been idle longest and refuses new ones when none is "
        + "idle. Raise --limit address-connections=NUMBER if it needs more")]
    private partial void LogAddress(IPAddress address, int connections);

    [LoggerMessage(3002, LogLevel.Warning, "The API has reached its limit of {Connections} connections (the limit of open files is {Files}): Gorb closes those that have been idle longest "
        + "and refuses new ones when none is idle. Raise --max-connections or the limit of open files (ulimit -n, docker run --ulimit nofile=)")]
    private partial void LogFull(int connections, long files);
}
