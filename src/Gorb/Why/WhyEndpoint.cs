using System.ComponentModel;
using System.Net;
using Gorb.Access;
using Gorb.Api;
using Gorb.Model;
using Gorb.Model.Text;
using Gorb.Writer;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gorb.Why;

/// <summary>The endpoint /service/{service}/why.</summary>
internal static class WhyEndpoint
{
    public static void MapWhy(this IEndpointRouteBuilder routes) => routes.MapGet("/service/{service}/why", GetAsync).Needs(Role.Read).WithName("getWhy").WithTags("services")
        .WithSummary("Which backend a packet of a client would meet, and how far it gets.")
        .WithDescription("Follows the packet step by step to the first broken link: virtual address, packet filter, connection entry or scheduler, backend, route, neighbour, way back. It sends nothing and changes nothing.")
        .Takes("client", "vip").Produces<WhyView>().Refuses(400, 404, 503);

    private static async Task<JsonHttpResult<WhyView>> GetAsync(
        string service, TableWriter tableWriter, WhyReader reader,
        [Description("The client's address, with a port for one of its connections: 10.9.0.10, 10.9.0.10:40000 or [fd00:9::10]:40000.")] string? client = null,
        [Description("For a service by firewall mark: the virtual address whose packets are marked.")] string? vip = null)
    {
        var found = tableWriter.Current.Find(service) ?? throw RequestException.ServiceNotFound(service);
        if (client is null || !AddressText.TryParseEndpoint(client, out var address, out var port))
        {
            throw RequestException.Invalid(new Problem("client", client, "is not the address of a client; write ?client=10.9.0.10, or with a port ?client=10.9.0.10:40000 or ?client=[fd00:9::10]:40000"));
        }

        if (address.AddressFamily != found.Spec.Key.Family)
        {
            throw RequestException.Invalid(new Problem("client", client, $"is of another address family than service '{service}' ({found.Spec.Key})"));
        }

        var virtualAddress = ReadVip(vip, found);
        await SocketThread.LeaveAsync();
        return TypedResults.Json(reader.Answer(address, port, found, virtualAddress), WhyJson.Plain.WhyView);
    }

    private static IPAddress? ReadVip(string? vip, Service service)
    {
        if (vip is null)
        {
            return null;
        }

        return !service.Spec.Key.IsFirewallMark ? throw RequestException.Invalid(new Problem("vip", vip, $"is for services by firewall mark; this one has the address {service.Spec.Key.Address}"))
            : AddressText.TryParse(vip, out var address) && address.AddressFamily == service.Spec.Key.Family ? address
            : throw RequestException.Invalid(new Problem("vip", vip, "is not an address of the service's family, as in ?vip=10.9.0.100"));
    }
}
