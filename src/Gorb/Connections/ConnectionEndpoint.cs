using System.ComponentModel;
using Gorb.Access;
using Gorb.Api;
using Gorb.Ipvs.Connections;
using Gorb.Model;
using Gorb.Writer;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gorb.Connections;

/// <summary>Serves /connections: the connections that the kernel balances.</summary>
internal static class ConnectionEndpoint
{
    public static IServiceCollection AddConnectionReader(this IServiceCollection services) => services.AddSingleton(static _ => new ConnectionReader(ConnectionTable.Path));

    public static void MapConnections(this IEndpointRouteBuilder routes) => routes.MapGet("/connections", GetAsync).Needs(Role.Read).WithMetadata(new LimitsItself()).WithName("getConnections").WithTags("kernel")
        .WithSummary("The connections that the kernel balances now, counted by backend and state.")
        .WithDescription("All that match are counted; as many as the limit says are listed, and the backends with the most. The kernel's table is filtered while it is read, so a question costs no memory by the "
            + "number of connections; the kernel writes about a million a second, and one question is answered at a time. Persistence templates, which decide where a client's next connections go, are told apart. "
            + "The kernel does not list the firewall mark of a connection: connections of a service by firewall mark are found by its backends, and have no service when several such services share one.")
        .Takes("service", "backend", "client", "limit").Produces<ConnectionsView>().Refuses(400, 404, 503);

    private static async Task<JsonHttpResult<ConnectionsView>> GetAsync(
        HttpRequest request, TableWriter tableWriter, ConnectionReader reader,
        [Description("Only connections of this service.")] string? service = null,
        [Description("Only connections to this backend of the service.")] string? backend = null,
        [Description("Only connections of this client: an address, an address with a port, or a network: 10.9.0.10, [fd00:9::10]:40000, 10.9.0.0/24.")] string? client = null,
        [Description("How many connections, and how many backends, are listed, 0 to 10000. Default: 100.")] string? limit = null)
    {
        var scope = request.Authority().Scope;
        var table = tableWriter.Current.Within(scope);
        var query = ConnectionQuery.Read(table, service, backend, client, limit);
        await SocketThread.LeaveAsync();
        var count = new ConnectionCount(query, new ConnectionOwners(table.Services.Values), isAllSeen: scope.IsAll);
        return TypedResults.Json(await reader.CountAsync(count, request.HttpContext.RequestAborted), ConnectionsJson.Default.ConnectionsView);
    }
}
