using System.ComponentModel;
using Gorb.Access;
using Gorb.Api.Overview;
using Gorb.Documents;
using Gorb.Model;
using Gorb.Targets.Ipvs;
using Gorb.Writer;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Gorb.Api;

/// <summary>/service and /service/{name}.</summary>
internal static class ServiceEndpoints
{
    public static void MapServices(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/service").WithTags("services");
        group.MapGet("", ListAsync).Needs(Role.Read).WithMetadata(new LimitsItself()).WithName("listServices").WithSummary("Names of all services, or the whole table for dashboards.")
            .WithDescription("In the order of the names; an empty list when there are none. With ?view=full all services with their backends, states and traffic, as an object (OverviewView) that "
                + "GET /events?deltas=true keeps up to date. A token with a scope sees its own services.").Takes("view").Produces<IReadOnlyList<string>>().Refuses(400);
        group.MapGet("/{service}", Get).Needs(Role.Read).WithName("getService").WithSummary("A service with the names of its backends and the kernel's counters.")
            .WithDescription("Its settings are in options, as a PUT takes them. The header ETag is the version of its settings and of those of its backends, for If-Match.")
            .Produces<ServiceView>().Refuses(400, 404);
        group.MapPut("/{service}", PutAsync).Needs(Role.Write).WithName("putService").Reads<ServiceBody>()
            .WithSummary("Creates a service, or replaces its settings in place.")
            .WithDescription("Running connections live on, and the same body again changes nothing. Another host, port or protocol moves the service with its backends. "
                + "With If-None-Match: * an existing service is left alone (412). With ?replaces=NAME it takes the place of another service in one step: that one is gone, its backends "
                + "go over, and in the kernel an entry at the same address stays.")
            .Takes("replaces", "wait", "timeout").Produces(200).Refuses(400, 409, 412, 500, 503, 504, 507);
        group.MapPatch("/{service}", PatchAsync).Needs(Role.Write).WithName("patchService").Reads<ServiceBody>()
            .WithSummary("Changes the given members of a service; null means the default.")
            .WithDescription("What identifies the service (host, port, protocol, fwmark, family) stays as it is where it is null; a fwmark of null beside a host and port gives the mark up.")
            .Takes("wait", "timeout").Produces(200).Refuses(400, 404, 409, 412, 500, 503, 504, 507);
        group.MapDelete("/{service}", DeleteAsync).Needs(Role.Write).WithName("deleteService").WithSummary("Removes a service and its backends.")
            .WithDescription("With ?drain=30s its backends get no new connections (202); it is removed with the last of them.")
            .Takes("drain", "wait", "timeout").Produces(200).Produces(202).Refuses(400, 404, 409, 412, 500, 503, 504, 507);
    }

    private static async Task<IResult> ListAsync(HttpContext context, TableWriter tableWriter, OverviewFeed overview, [Description("full: the whole table for dashboards. Default: the names.")] string? view = null)
    {
        var scope = context.Request.Authority().Scope;
        switch (view)
        {
            case null:
                return TypedResults.Json<IReadOnlyList<string>>([.. tableWriter.Current.Services.Values.Where(scope.Includes).Select(static service => service.Name)], ApiJson.Default.IReadOnlyListString);
            case "full":
                await SocketThread.LeaveAsync();
                var table = await overview.ReadAsync(context.RequestAborted);
                context.Response.ContentType = "application/json; charset=utf-8";
                await table.WriteAsync(service => scope.Includes(service.Name) && scope.Includes(service.Key), overview.Format(table), context.Response.BodyWriter, context.RequestAborted);
                return TypedResults.Empty;
            default:
                throw RequestException.Invalid(new Problem("view", view, "must be full, or absent for the names"));
        }
    }

    private static JsonHttpResult<ServiceView> Get(string service, HttpResponse response, TableWriter tableWriter, KernelReader kernel)
    {
        var found = tableWriter.Current.Find(service) ?? throw RequestException.ServiceNotFound(service);
        response.Headers.ETag = EntityTags.Of(found);
        return TypedResults.Json(Views.Of(found, kernel.Read(found.Spec.Key)), ApiJson.Default.ServiceView);
    }

    private static Task PutAsync(
        string service, HttpRequest request, ServiceReader reader, ITableWriter tableWriter,
        [Description("The service whose place it takes; one that is not there is passed over.")] string? replaces = null,
        [Description(ClusterWait.WaitDescription)] string? wait = null, [Description(ClusterWait.TimeoutDescription)] string? timeout = null,
        [FromHeader(Name = Precondition.Header), Description(Precondition.Description)] string? if_match = null) =>
        ClusterWait.Read(request, wait, timeout).AfterAsync(
            new ServicePut(ObjectName.Check("service", service), replaces, JsonRequestBody.IsCreateOnly(request), reader).PostAsync(request, tableWriter, Precondition.Read(if_match, request.HttpContext.Response)), service);

    private static Task PatchAsync(
        string service, HttpRequest request, ServiceReader reader, ITableWriter tableWriter,
        [Description(ClusterWait.WaitDescription)] string? wait = null, [Description(ClusterWait.TimeoutDescription)] string? timeout = null,
        [FromHeader(Name = Precondition.Header), Description(Precondition.Description)] string? if_match = null) =>
        ClusterWait.Read(request, wait, timeout).AfterAsync(
            new ServicePatch(service, reader).PostAsync(request, tableWriter, Precondition.Read(if_match, request.HttpContext.Response)), service);

    private static async Task<IResult> DeleteAsync(
        string service, [Description(DrainTime.Description)] string? drain, HttpRequest request, ITableWriter tableWriter, SteadyClock clock,
        [Description(ClusterWait.WaitDescription)] string? wait = null, [Description(ClusterWait.TimeoutDescription)] string? timeout = null,
        [FromHeader(Name = Precondition.Header), Description(Precondition.Description)] string? if_match = null)
    {
        var (period, condition, all) = (DrainTime.Read(drain), Precondition.Read(if_match, request.HttpContext.Response), ClusterWait.Read(request, wait, timeout));
        var change = condition.ChangeAsync(TaggedObject.Service(service), request, tableWriter, transaction =>
        {
            var present = transaction.Get(service);
            OwnerCheck.Check(present);
            if (period is null)
            {
                transaction.Remove(present);
            }
            else
            {
                transaction.Drain(present, Drain.For(period.For(present), clock));
            }
        });
        await all.AfterAsync(change, service);
        return period is null || tableWriter.Current.Find(service) is null ? TypedResults.Ok() : TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }
}
