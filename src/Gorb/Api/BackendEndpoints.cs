using System.ComponentModel;
using Gorb.Access;
using Gorb.Documents;
using Gorb.Health.Monitoring;
using Gorb.Model;
using Gorb.Targets.Host;
using Gorb.Targets.Ipvs;
using Gorb.Writer;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Gorb.Api;

/// <summary>/service/{service}/{backend}.</summary>
internal static class BackendEndpoints
{
    public static void MapBackends(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/service/{service}/{backend}").WithTags("backends");
        group.MapGet("", Get).Needs(Role.Read).WithName("getBackend").WithSummary("A backend with its health, connections and counters.")
            .WithDescription("Its settings are in options, as a PUT takes them, and what the kernel has at the moment is in kernel. The header ETag is the version of its settings, for If-Match.")
            .Produces<BackendView>().Refuses(400, 404);
        group.MapPut("", PutAsync).Needs(Role.Write).WithName("putBackend").Reads<BackendBody>()
            .WithSummary("Adds a backend to a service, or replaces its settings in place.")
            .WithDescription("Running connections live on, and the same body again changes nothing. With If-None-Match: * an existing backend is left alone (412). "
                + "With ?replaces=NAME it takes the place of another backend of the service in one step.")
            .Takes("replaces", "wait", "timeout").Produces(200).Refuses(400, 404, 409, 412, 500, 503, 504, 507);
        group.MapPatch("", PatchAsync).Needs(Role.Operate).WithName("patchBackend").Reads<BackendBody>()
            .WithSummary("Changes the given members of a backend; {\"weight\": 0} quiesces it.")
            .WithDescription("Members that are not given stay as they are, null means the default, and running connections live on. Of a backend that another source declares, "
                + "drain, force and weight can be set: they lie above what the source declares until null lifts them. Members other than these three need the role write.")
            .Takes("wait", "timeout").Produces(200).Refuses(400, 404, 409, 412, 500, 503, 504, 507);
        group.MapDelete("", DeleteAsync).Needs(Role.Write).WithName("deleteBackend").WithSummary("Removes a backend.")
            .WithDescription("With ?drain=30s it gets no new connections (202), and is removed when the last one ended or the time is up.")
            .Takes("drain", "wait", "timeout").Produces(200).Produces(202).Refuses(400, 404, 409, 412, 500, 503, 504, 507);
    }

    private static JsonHttpResult<BackendView> Get(string service, string backend, HttpResponse response, TableWriter tableWriter, KernelReader kernel, Sysctls sysctls, KeptCounters counters, PulseMonitor pulse, SteadyClock clock)
    {
        var owner = tableWriter.Current.Find(service) ?? throw RequestException.ServiceNotFound(service);
        var found = owner.Backends.Find(backend) ?? throw RequestException.BackendNotFound(service, backend);
        response.Headers.ETag = EntityTags.Of(found);
        return TypedResults.Json(Views.Of(owner, found, kernel.Read(owner.Spec.Key), sysctls.Limits, counters, pulse.Find(service, backend), clock), ApiJson.Default.BackendView);
    }

    private static Task PutAsync(
        string service, string backend, HttpRequest request, BackendReader reader, ITableWriter tableWriter, SteadyClock clock,
        [Description("The backend whose place it takes; one that is not there is passed over.")] string? replaces = null,
        [Description(ClusterWait.WaitDescription)] string? wait = null, [Description(ClusterWait.TimeoutDescription)] string? timeout = null,
        [FromHeader(Name = Precondition.Header), Description(Precondition.Description)] string? if_match = null) =>
        ClusterWait.Read(request, wait, timeout).AfterAsync(
            new BackendPut(service, ObjectName.Check("backend", backend), replaces, JsonRequestBody.IsCreateOnly(request), reader, clock).PostAsync(request, tableWriter, Precondition.Read(if_match, request.HttpContext.Response)), service);

    private static Task PatchAsync(
        string service, string backend, HttpRequest request, BackendReader reader, ITableWriter tableWriter,
        [Description(ClusterWait.WaitDescription)] string? wait = null, [Description(ClusterWait.TimeoutDescription)] string? timeout = null,
        [FromHeader(Name = Precondition.Header), Description(Precondition.Description)] string? if_match = null) =>
        ClusterWait.Read(request, wait, timeout).AfterAsync(
            new BackendPatch(service, backend, request.Authority(), reader).PostAsync(request, tableWriter, Precondition.Read(if_match, request.HttpContext.Response)), service);

    private static async Task<IResult> DeleteAsync(
        string service, string backend, [Description(DrainTime.Description)] string? drain, HttpRequest request, ITableWriter tableWriter, SteadyClock clock,
        [Description(ClusterWait.WaitDescription)] string? wait = null, [Description(ClusterWait.TimeoutDescription)] string? timeout = null,
        [FromHeader(Name = Precondition.Header), Description(Precondition.Description)] string? if_match = null)
    {
        var (period, condition, all) = (DrainTime.Read(drain), Precondition.Read(if_match, request.HttpContext.Response), ClusterWait.Read(request, wait, timeout));
        var change = condition.ChangeAsync(TaggedObject.Backend(service, backend), request, tableWriter, transaction =>
        {
            var (owner, present) = transaction.Get(service, backend);
            OwnerCheck.Check(service, present);
            if (period is null)
            {
                transaction.Remove(owner, present);
            }
            else
            {
                transaction.Drain(owner, present, Drain.For(period.For(owner), clock));
            }
        });
        await all.AfterAsync(change, service);
        return period is null ? TypedResults.Ok() : TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }
}
