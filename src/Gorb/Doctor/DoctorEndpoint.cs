using System.ComponentModel;
using Gorb.Access;
using Gorb.Api;
using Gorb.Model;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gorb.Doctor;

/// <summary>The endpoint /doctor.</summary>
internal static class DoctorEndpoint
{
    public static void MapDoctor(this IEndpointRouteBuilder routes) => routes.MapGet("/doctor", GetAsync).Needs(Role.Read).WithName("getDoctor").WithTags("health")
        .WithSummary("What is wrong around IPVS on this host, and the command that mends it.")
        .WithDescription("Looks for the known causes by which packets are lost: addresses, settings, routes, backends, packet filter, limits. It changes nothing. Requests that come while a run is "
            + "under way share its result. Other hosts are asked by ARP and pings, which takes up to a second and a half; with ?probe=false none is.")
        .Takes("probe").Produces<DoctorView>().Refuses(400);

    private static async Task<JsonHttpResult<DoctorView>> GetAsync(
        DoctorRuns runs, CancellationToken stop, [Description("false to send nothing to other hosts; the causes on them are not found then.")] QueryFlag probe = default) =>
        TypedResults.Json(await runs.RunAsync(probe.Read("probe", otherwise: true), stop), DoctorJson.Plain.DoctorView);
}
