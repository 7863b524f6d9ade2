using Gorb.Model;

namespace Gorb.Access;

/// <summary>The metadata of an endpoint that states which role its requests need.</summary>
/// <param name="Role">The lowest role that may send requests to the endpoint. Some members of a body can need a higher one.</param>
internal sealed record EndpointRole(Role Role);

internal static class EndpointRoles
{
    /// <summary>States the role that requests to an endpoint need. Each endpoint states one where it is mapped; a test enumerates the routes.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, Role role) where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new EndpointRole(role));
}

/// <summary>Marks an endpoint by which a source is declared. A client that is limited to a source can change nothing by any other.</summary>
internal sealed class DeclaresSource;

/// <summary>Marks an endpoint that concerns several services and limits itself to those in the client's scope. A client with a scope can use no other endpoint of the whole host.</summary>
internal sealed class LimitsItself;
