using System.Net.ServerSentEvents;
using System.Text.Json;
using Gorb.Access;
using Gorb.Api;
using Gorb.Model;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gorb.Events;

/// <summary>Serves /events: a live stream of changes as server-sent events (HTML Living Standard, 9.2).</summary>
internal static class EventEndpoint
{
    public static void MapEvents(this IEndpointRouteBuilder routes) => routes.MapGet("/events", Listen).Needs(Role.Read).WithName("getEvents").WithTags("health")
        .WithSummary("Live events as a stream of server-sent events.")
        .WithDescription("The first event is hello. Then: change (services and backends were changed, by any client or source), health (a backend went up or down), "
            + "refused (a request for a change was refused), repair (another program had changed the kernel's table, or keeps changing it). A client that reads too slowly is cut off. The data of each event is JSON: type, time, service, backend, text, actor, source, from, request.")
        .Produces<Event>(200, "text/event-stream").Refuses(400, 503);

    private static ServerSentEventsResult<string> Listen(HttpContext context, EventSubscribers subscribers, IHostApplicationLifetime daemon, CancellationToken aborted)
    {
        var end = CancellationTokenSource.CreateLinkedTokenSource(daemon.ApplicationStopping, aborted); // an open stream does not delay the daemon's shutdown
        context.Response.RegisterForDispose(end);
        return TypedResults.ServerSentEvents(WriteAsync(subscribers.ListenAsync(context, end.Token)));
    }

    private static async IAsyncEnumerable<SseItem<string>> WriteAsync(IAsyncEnumerable<Event> events)
    {
        await foreach (var happened in events)
        {
            yield return new SseItem<string>(JsonSerializer.Serialize(happened, EventJson.Plain.Event), happened.Type);
        }
    }
}
