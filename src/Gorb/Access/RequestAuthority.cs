using System.Globalization;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Model.Text;
using Gorb.Platform;
using Microsoft.AspNetCore.Diagnostics;

namespace Gorb.Access;

/// <summary>Who sends a request, as <see cref="AccessGuard"/> found out.</summary>
internal static class RequestAuthority
{
    private const int MaxMethod = 32;
    private const int MaxPath = 512;

    public static Authority Authority(this HttpRequest request) => request.HttpContext.Features.Get<Authority>() ?? throw new InvalidOperationException("The endpoint states no role.");

    /// <summary>The origin of a request's change.</summary>
    public static ChangeOrigin Origin(this HttpRequest request)
    {
        var client = request.Authority();
        return new(client.Actor, SourceName.Api, client, Trace(request.HttpContext));
    }

    /// <summary>The request, for the audit.</summary>
    public static RequestTrace Trace(HttpContext context) => new(
        context.TraceIdentifier, From(context), PlainText.Shorten(PlainText.Escape(context.Request.Method), MaxMethod), PlainText.Shorten(PlainText.Escape($"{context.Request.Path}{context.Request.QueryString}"), MaxPath))
    {
        AwaitsAll = context.Request.Query["wait"] == "all",
    };

    /// <summary>True for a request that would change something, if it is admitted.</summary>
    public static bool IsChange(HttpContext context) =>
        !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method) || HttpMethods.IsTrace(context.Request.Method))
        && (context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint())?.Metadata.GetMetadata<EndpointRole>()?.Role is not (Role.Read or Role.Anyone);

    private static string From(HttpContext context) =>
        context.Features.Get<PeerCredentials>() is { } peer ? string.Create(CultureInfo.InvariantCulture, $"unix pid {peer.Process}")
        : context.Connection.RemoteIpAddress is { } address ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString()
        : "unix";
}
