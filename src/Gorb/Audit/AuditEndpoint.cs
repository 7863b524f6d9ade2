using System.ComponentModel;
using System.Globalization;
using Gorb.Access;
using Gorb.Api;
using Gorb.Documents;
using Gorb.Model;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gorb.Audit;

/// <summary>Serves /audit: who changed what.</summary>
internal static class AuditEndpoint
{
    public static void MapAudit(this IEndpointRouteBuilder routes) => routes.MapGet("/audit", GetAsync).Needs(Role.Admin).WithTags("access").WithName("getAudit")
        .WithSummary("Who changed what: the last changes, and requests for changes that were refused.")
        .WithDescription($"The last {AuditMemory.MaxLines} of this run of the daemon, from memory, the oldest first; --audit FILE keeps all. The headers Audit-Start and Audit-File tell when the memory begins and which file has the lines before. With ?since=ID only those after a line, so that a client that asks again "
            + "with the last id it has sees each line once. Verdicts of health checks are no changes of anybody; GET /events has them.")
        .Takes("since").Produces<IReadOnlyList<AuditView>>().Refuses(400);

    private static async Task<FileContentHttpResult> GetAsync(
        AuditMemory memory, AuditTrail trail, HttpResponse response, [Description("The id of the last line that the client has. Default: all lines.")] string? since = null)
    {
        var last = since is null ? 0 : Read(since);
        await trail.SettleAsync();
        AuditHeaders.Write(response.Headers, trail.Start, trail.FilePath);
        return TypedResults.Bytes(memory.Read(last), "application/json; charset=utf-8");
    }

    private static long Read(string since) => long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
        : throw RequestException.Invalid(new Problem("since", ProblemList.Shorten(since), "must be the id of a line, as GET /audit shows it"));
}
