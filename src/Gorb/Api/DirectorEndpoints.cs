using Gorb.Access;
using Gorb.Etcd;
using Gorb.Leases;
using Gorb.Model;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gorb.Api;

/// <summary>/director: takes a director of the cluster out of service, and back.</summary>
internal static class DirectorEndpoints
{
    public static void MapDirectors(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/director/{director}").WithTags("cluster");
        group.MapPost("/drain", DrainAsync).Needs(Role.Operate).WithName("drainDirector").WithSummary("Hand all addresses of a director over to the others.")
            .WithDescription("The director takes none until it is resumed, also after a restart. Connections go on at the directors that take the addresses if these are synchronized (--sync-interface). Any director of the cluster can be asked.")
            .Produces<DirectorView>().Refuses(400, 404, 409, 503, 507);
        group.MapPost("/resume", ResumeAsync).Needs(Role.Operate).WithName("resumeDirector").WithSummary("Let a drained director take addresses again.")
            .WithDescription("Addresses that others hold stay where they are.")
            .Produces<DirectorView>().Refuses(400, 404, 409, 503, 507);
    }

    private static Task<JsonHttpResult<DirectorView>> DrainAsync(string director, HttpRequest request, IServiceProvider services, IAuditTrail audit) => SetAsync(director, isDrained: true, request, services, audit);

    private static Task<JsonHttpResult<DirectorView>> ResumeAsync(string director, HttpRequest request, IServiceProvider services, IAuditTrail audit) => SetAsync(director, isDrained: false, request, services, audit);

    private static async Task<JsonHttpResult<DirectorView>> SetAsync(string director, bool isDrained, HttpRequest request, IServiceProvider services, IAuditTrail audit)
    {
        await SocketThread.LeaveAsync();
        if (services.GetService<AddressLeases>() is not { } leases)
        {
            throw new RequestException(Refusal.Conflict, "there are no shared addresses", [new Problem("director", director, "cannot hand anything over: this daemon was started without --cluster, or without --vip-interface")]);
        }

        if (!leases.View.Candidates.ContainsKey(director) && !leases.View.Drained.Contains(director))
        {
            throw new RequestException(Refusal.NotFound, GorbTexts.NotFound, [new Problem("director", director, $"is not a director of the cluster that lives; these are: {string.Join(", ", leases.View.Candidates.Keys.Union(leases.View.Drained).Order(StringComparer.Ordinal))}")]);
        }

        await AuditedAction.RunAsync(request, audit, () => TryAsync(leases, director, isDrained));
        return TypedResults.Json(
            new DirectorView(director, isDrained, leases.View.FindAddresses(director)),
            ApiJson.Default.DirectorView);
    }

    private static async Task TryAsync(AddressLeases leases, string director, bool isDrained)
    {
        try
        {
            await leases.DrainAsync(director, isDrained);
        }
        catch (EtcdException error)
        {
            throw new RequestException(Refusal.Unavailable, "etcd does not take the change", [new Problem(null, null, error.Message)], error);
        }
    }
}

/// <summary>A director of the cluster.</summary>
/// <param name="Director">Its name.</param>
/// <param name="Drained">Whether it hands over all addresses and takes none.</param>
/// <param name="Addresses">The addresses that it has at this moment.</param>
internal sealed record DirectorView(string Director, bool Drained, IReadOnlyList<string> Addresses);
