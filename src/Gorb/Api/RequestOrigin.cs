using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Platform;

namespace Gorb.Api;

/// <summary>Determines the origin of a change that a request makes.</summary>
internal static class RequestOrigin
{
    /// <summary>The origin of a request's change. The actor is the user at the other end of a Unix socket, otherwise the client's address.</summary>
    public static ChangeOrigin Origin(this HttpRequest request) =>
        new(request.HttpContext.Features.Get<PeerCredentials>()?.Actor ?? Address(request.HttpContext.Connection), SourceName.Api);

    private static string Address(ConnectionInfo connection) => connection.RemoteIpAddress switch
    {
        null => "local",
        { IsIPv4MappedToIPv6: true } address => address.MapToIPv4().ToString(),
        var address => address.ToString(),
    };
}
