namespace Gorb.Api;

internal static class EndpointDocumentation
{
    /// <summary>Documents error answers of an endpoint.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params int[] statuses) =>
        statuses.Aggregate(endpoint, (builder, status) => builder.Produces<ErrorView>(status));
}
