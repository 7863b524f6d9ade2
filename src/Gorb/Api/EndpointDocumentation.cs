using System.Net.Mime;
using Gorb.Documents;

namespace Gorb.Api;

internal static class EndpointDocumentation
{
    /// <summary>Documents the body of an endpoint and its errors 408 and 413. Every content type is accepted, because curl -d sends a form's.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="forms">Content types other than JSON.</param>
    public static RouteHandlerBuilder Reads<TBody>(this RouteHandlerBuilder endpoint, params string[] forms) where TBody : notnull =>
        endpoint.Accepts<TBody>(MediaTypeNames.Application.Json, [.. forms, "*/*"]).Refuses(408, 413);

    /// <summary>Documents the error statuses of an endpoint.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params int[] statuses) =>
        statuses.Aggregate(endpoint, (builder, status) => builder.Produces<ErrorView>(status));
}
