using Gorb.Access;
using Gorb.Model;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gorb.Api;

/// <summary>/access: who the client is and what it may do, so that an interface offers nothing that would be refused.</summary>
internal static class AccessEndpoints
{
    public static void MapAccess(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/access", Get).Needs(Role.Read).WithMetadata(new LimitsItself()).WithTags("access").WithName("getAccess").WithSummary("Who the client is and what it may do.")
            .WithDescription("The client is known by its token, its certificate or its user on this host, as for every request.").Produces<AccessView>().Refuses(400);

    private static JsonHttpResult<AccessView> Get(HttpRequest request) => TypedResults.Json(AccessView.Of(request.Authority()), ApiJson.Default.AccessView);
}

/// <summary>A client.</summary>
/// <param name="Actor">Its name in events and in the audit.</param>
/// <param name="Role">Its role: read, operate, write or admin.</param>
/// <param name="Services">The patterns of the services that it is for; absent when it is for all.</param>
/// <param name="Vips">The networks of the virtual addresses that it is for; absent when it is for all.</param>
/// <param name="Ports">The ports that it is for; absent when it is for all.</param>
/// <param name="Source">The source that it may declare, and nothing else; absent when it is not limited to one.</param>
internal sealed record AccessView(string Actor, string Role, IReadOnlyList<string>? Services, IReadOnlyList<string>? Vips, IReadOnlyList<string>? Ports, string? Source)
{
    public static AccessView Of(Authority client) => new(
        client.Actor, RoleNames.Of(client.Role), TokenView.Show(client.Scope.Patterns), TokenView.Show(client.Scope.Vips), TokenView.Show(client.Scope.Ports), client.Scope.Source);
}
