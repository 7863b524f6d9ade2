using Gorb.Model;
using Gorb.Model.Merging;

namespace Gorb.Api;

/// <summary>Determines the origin of a change that a request makes.</summary>
internal static class RequestOrigin
{
    /// <summary>The origin of a request's change. The actor is the client's address, because requests carry no other identity.</summary>
    public static ChangeOrigin Origin(this HttpRequest request) => new(Address(request.HttpContext.Connection), SourceName.Api);

    private static string Address(ConnectionInfo connection) => connection.RemoteIpAddress switch
    {
        null => "local", // a Unix socket has no address
        { IsIPv4MappedToIPv6: true } address => address.MapToIPv4().ToString(),
        var address => address.ToString(),
    };
}
