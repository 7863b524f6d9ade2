using System.ComponentModel;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Gorb.Access;
using Gorb.Api;
using Gorb.Api.Overview;
using Gorb.Model;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gorb.Events;

/// <summary>Serves /events: a live stream of changes as server-sent events (HTML Living Standard, 9.2).</summary>
internal static class EventEndpoint
{
    public static void MapEvents(this IEndpointRouteBuilder routes) => routes.MapGet("/events", Listen).Needs(Role.Read).WithName("getEvents").WithTags("health")
        .WithSummary("Live events as a stream of server-sent events.")
        .WithDescription("The first event is hello. Then: change (services and backends were changed, by any client or source), health (a backend went up or down), "
            + "refused (a request for a change was refused), repair (another program had changed the kernel's table, or keeps changing it). A client that reads too slowly is cut off. With ?deltas=true also reset and delta: what GET /service?view=full answers, and each change of it, as JSON merge patches (RFC 7396). The data of each event is JSON: type, time, service, backend, text, actor, source, from, request.")
        .Takes("deltas", "since").Produces<Event>(200, "text/event-stream").Refuses(400, 503);

    private static ServerSentEventsResult<byte[]> Listen(
        HttpContext context, EventSubscribers subscribers, OverviewFeed overview, IHostApplicationLifetime daemon, CancellationToken aborted,
        [Description("True: also how the answer of GET /service?view=full changes. Default: false.")] QueryFlag deltas = default,
        [Description("With deltas: the revision that the client has. The header Last-Event-ID does the same, and goes first.")] string? since = null)
    {
        var hasDeltas = deltas.Read("deltas", false);
        if (since is not null && !hasDeltas)
        {
            throw RequestException.Invalid(new Problem("since", since, "is the revision from which deltas go on, and needs deltas=true"));
        }

        var end = CancellationTokenSource.CreateLinkedTokenSource(daemon.ApplicationStopping, aborted); // an open stream does not delay the daemon's shutdown
        context.Response.RegisterForDispose(end);
        var events = WriteAsync(subscribers.ListenAsync(context, end.Token));
        var seen = context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } id ? id : since;
        return TypedResults.ServerSentEvents(hasDeltas ? events.JoinAsync(stop => WriteAsync(overview.FollowAsync(seen, stop)), end.Token) : events);
    }

    private static async IAsyncEnumerable<SseItem<byte[]>> WriteAsync(IAsyncEnumerable<Event> events)
    {
        await foreach (var happened in events)
        {
            yield return new SseItem<byte[]>(JsonSerializer.SerializeToUtf8Bytes(happened, EventJson.Plain.Event), happened.Type);
        }
    }

    private static async IAsyncEnumerable<SseItem<byte[]>> WriteAsync(IAsyncEnumerable<OverviewStep> steps)
    {
        await foreach (var step in steps)
        {
            yield return new SseItem<byte[]>(step.Patch, step == OverviewStep.Reset ? "reset" : "delta") { EventId = step.Revision };
        }
    }
}
