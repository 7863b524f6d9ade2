using System.Net.Mime;
using Gorb.Documents;

namespace Gorb.Api;

internal static class EndpointDocumentation
{
    /// <summary>Documents the body, which may be too large or come too slowly. Any content type will do, for curl -d calls its data a form.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="forms">Forms other than JSON.</param>
    public static RouteHandlerBuilder Reads<TBody>(this RouteHandlerBuilder endpoint, params string[] forms) where TBody : notnull =>
        endpoint.Accepts<TBody>(MediaTypeNames.Application.Json, [.. forms, "*/*"]).Refuses(408, 413);

    /// <summary>Documents error answers of an endpoint.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params int[] statuses) =>
        statuses.Aggregate(endpoint, (builder, status) => builder.Produces<ErrorView>(status));
}
