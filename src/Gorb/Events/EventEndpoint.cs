using System.Net.ServerSentEvents;
using System.Text.Json;
using Gorb.Api;
using Gorb.Model;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gorb.Events;

/// <summary>/events: what happens, as it happens, as server-sent events (HTML Living Standard, 9.2).</summary>
internal static class EventEndpoint
{
    public static void MapEvents(this IEndpointRouteBuilder routes) => routes.MapGet("/events", Listen).WithName("getEvents").WithTags("health")
        .WithSummary("What happens, as it happens, as server-sent events.")
        .WithDescription("The first event is hello. Then: change (of services and backends, by whoever asked for it), health (a backend went up or down), "
            + "repair (something else had changed the kernel's table, or keeps changing it), lost (this listener was too slow). The data of each is JSON: type, time, service, backend, text.")
        .Produces<Event>(200, "text/event-stream").Refuses(400, 503);

    private static ServerSentEventsResult<string> Listen(HttpContext context, EventHub hub, IHostApplicationLifetime daemon, CancellationToken aborted)
    {
        var end = CancellationTokenSource.CreateLinkedTokenSource(daemon.ApplicationStopping, aborted); // a listener does not hold up the daemon's end
        context.Response.RegisterForDispose(end);
        return TypedResults.ServerSentEvents(WriteAsync(hub.ListenAsync(end.Token)));
    }

    private static async IAsyncEnumerable<SseItem<string>> WriteAsync(IAsyncEnumerable<Event> events)
    {
        await foreach (var happened in events)
        {
            yield return new SseItem<string>(JsonSerializer.Serialize(happened, EventJson.Plain.Event), happened.Type);
        }
    }
}
