using System.ComponentModel;
using System.Net;
using Gorb.Access;
using Gorb.Api;
using Gorb.Model;
using Gorb.Model.Text;
using Gorb.Writer;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gorb.Recipes;

/// <summary>The endpoint /service/{service}/{backend}/recipe.</summary>
internal static class RecipeEndpoint
{
    private const string ShellScript = "text/x-shellscript";

    public static void MapRecipes(this IEndpointRouteBuilder routes) => routes.MapGet("/service/{service}/{backend}/recipe", Get).Needs(Role.Read).WithName("getRecipe").WithTags("backends")
        .WithSummary("A shell script that prepares the backend's host for direct routing or a tunnel.")
        .WithDescription("It puts the virtual address on lo, keeps ARP quiet about it, and makes the tunnel's device. Run it as root on the backend, for instance by "
            + "\"curl ... | ssh root@BACKEND sh\"; it may run again. Refused for method nat, which needs none.")
        .Takes("vip").Produces<string>(200, ShellScript).Refuses(400, 404);

    private static ContentHttpResult Get(
        string service, string backend, TableWriter tableWriter,
        [Description("For a service by firewall mark: its virtual addresses, with commas between them.")] string? vip = null)
    {
        var owner = tableWriter.Current.Find(service) ?? throw RequestException.ServiceNotFound(service);
        var found = owner.Backends.Find(backend) ?? throw RequestException.BackendNotFound(service, backend);
        return TypedResults.Text(BackendRecipe.Write(service, owner.Spec, found, ReadAddresses(vip)), ShellScript);
    }

    private static IReadOnlyList<IPAddress> ReadAddresses(string? vip) =>
        [.. (vip ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(static text => AddressText.TryParse(text, out var address)
            ? address
            : throw RequestException.Invalid(new Problem("vip", text, "is not an IP address; write addresses with commas between them, as in ?vip=10.9.0.100,fd00:9::100")))];
}
