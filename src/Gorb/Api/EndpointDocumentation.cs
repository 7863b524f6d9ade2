namespace Gorb.Api;

internal static class EndpointDocumentation
{
    /// <summary>Documents the body. Any content type will do, for curl -d calls its data a form.</summary>
    public static RouteHandlerBuilder Reads<TBody>(this RouteHandlerBuilder endpoint) where TBody : notnull =>
        endpoint.Accepts<TBody>("application/json", "*/*");

    /// <summary>Documents error answers of an endpoint.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params int[] statuses) =>
        statuses.Aggregate(endpoint, (builder, status) => builder.Produces<ErrorView>(status));
}
