using Gorb.Access;
using Gorb.Cluster;
using Gorb.Documents;
using Gorb.Model;
using Gorb.Start;
using Gorb.Targets.Ipvs;
using Gorb.Writer;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gorb.Api;

/// <summary>/healthz (the process runs) and /readyz (writes can reach the kernel, the state file and the audit).</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("health");
        group.MapGet("/healthz", () => TypedResults.Ok()).Needs(Role.Anyone).WithName("getHealth").WithSummary("200 while the process lives.")
            .WithDescription("Answers at once, also while the saved table is still being read. It says nothing about the kernel; /readyz does.").WithMetadata(new AnswersEarly(), new ServedWithMetrics()).Refuses(400);
        group.MapGet("/readyz", GetReadiness).Needs(Role.Read).WithName("getReadiness").WithSummary("200 when the kernel's IPVS can be used, the state file holds the wanted table, changes can be recorded in the audit file and a director of a cluster has a table, 503 with reasons when not.")
            .WithDescription("While the daemon starts, the answer waits until the saved table is in the kernel. Warnings name what works but needs a look, such as entries that another program keeps changing.")
            .WithMetadata(new ServedWithMetrics()).Produces<ReadinessView>().Produces<ReadinessView>(503).Refuses(400);
    }

    private static JsonHttpResult<ReadinessView> GetReadiness(KernelReader kernel, TableWriter tableWriter, IAuditTrail audit, IServiceProvider services)
    {
        var cluster = tableWriter.Current.Services.IsEmpty ? services.GetService<ClusterState>()?.Stale : null; // a director without a table balances nothing
        List<string> troubles = [.. new[] { kernel.Trouble(), tableWriter.StoreFailure, audit.Trouble(), cluster?.Reason }.OfType<string>()];
        return TypedResults.Json(
            new ReadinessView(troubles.Count == 0, troubles, tableWriter.Contested),
            ApiJson.Default.ReadinessView,
            statusCode: troubles.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
