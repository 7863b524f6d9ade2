using Gorb.Access;
using Gorb.Model;
using Gorb.Tests.Api;
using Microsoft.AspNetCore.Routing;

namespace Gorb.Tests.Access;

/// <summary>Every route states the role that it needs, so that no endpoint is open by oversight.</summary>
public sealed class EndpointRoleTests : DaemonTest
{
    [Fact]
    public void EveryRoute_StatesItsRole()
    {
        var routes = Routes();

        routes.Should().NotBeEmpty();
        routes.Where(route => route.Metadata.GetOrderedMetadata<EndpointRole>().Count != 1).Select(Name).Should().BeEmpty("each route states one role where it is mapped: .Needs(Role.Read)");
    }

    [Fact]
    public void OnlyRoutesThatRevealNothing_NeedNoRole() => NamesOf(Role.Anyone).Should().BeEquivalentTo("GET /", "GET /healthz", "GET /openapi.json", "GET /ui/{*file}");

    [Fact]
    public void ARouteThatChangesSomething_NeedsMoreThanReading() =>
        NamesOf(Role.Anyone).Concat(NamesOf(Role.Read)).Where(name => !name.StartsWith("GET ", StringComparison.Ordinal))
            .Should().BeEquivalentTo(["POST /config/diff"], "it only compares");

    private IEnumerable<string> NamesOf(Role role) => Routes().Where(route => route.Metadata.GetMetadata<EndpointRole>()?.Role == role).Select(Name);

    private List<RouteEndpoint> Routes() => [.. _daemon.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    private static string Name(RouteEndpoint route) =>
        $"{string.Join(",", route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])} {route.RoutePattern.RawText}";
}
