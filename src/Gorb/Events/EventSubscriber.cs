using Gorb.Access;
using Gorb.Model;

namespace Gorb.Events;

/// <summary>Subscribes clients to events.</summary>
internal sealed class EventSubscribers(EventHub hub, ILogger<EventSubscriber> logger)
{
    /// <param name="context">The client's request.</param>
    /// <param name="end">Ends the subscription.</param>
    /// <exception cref="RequestException">There are too many subscribers.</exception>
    public IAsyncEnumerable<Event> ListenAsync(HttpContext context, CancellationToken end)
    {
        var subscriber = new EventSubscriber(context, Client(context), EventHub.MaxWaiting, logger);
        context.Response.RegisterForDispose(subscriber);
        return hub.ListenAsync(end, subscriber.CutOff);
    }

    private static string Client(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address ? $"{context.Request.Authority().Actor} at {address}:{context.Connection.RemotePort}" : context.Request.Authority().Actor;
}

/// <summary>A client of <c>GET /events</c>. One that reads too slowly is cut off, so that its events take no more memory; nothing waits for it.</summary>
/// <param name="context">Its request.</param>
/// <param name="client">Its name in the log.</param>
/// <param name="max">How many events wait for it when it is cut off.</param>
/// <param name="logger">The log.</param>
internal sealed partial class EventSubscriber(HttpContext context, string client, int max, ILogger<EventSubscriber> logger) : IDisposable
{
    private readonly ILogger _logger = logger;
    private readonly Lock _lock = new();
    private bool _hasEnded;

    /// <summary>Ends the connection. Does not block.</summary>
    public void CutOff()
    {
        LogCutOff(client, max);
        ThreadPool.UnsafeQueueUserWorkItem(static subscriber => subscriber.Abort(), this, preferLocal: false);
    }

    /// <summary>Called at the end of the request, whose context the server may use for another one.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _hasEnded = true;
        }
    }

    private void Abort()
    {
        lock (_lock)
        {
            if (!_hasEnded)
            {
                context.Abort();
            }
        }
    }

    [LoggerMessage(3200, LogLevel.Warning, "The subscriber {Client} of /events read too slowly, and was cut off when {Count} changes waited for it")]
    private partial void LogCutOff(string client, int count);
}
