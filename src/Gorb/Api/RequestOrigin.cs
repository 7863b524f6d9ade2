using Gorb.Model;
using Gorb.Model.Merging;

namespace Gorb.Api;

/// <summary>Who makes a change by a request.</summary>
internal static class RequestOrigin
{
    /// <summary>The client's address is the actor, for nothing else is known of it.</summary>
    public static ChangeOrigin Origin(this HttpRequest request) => new(Address(request.HttpContext.Connection), SourceName.Api);

    private static string Address(ConnectionInfo connection) => connection.RemoteIpAddress switch
    {
        null => "local", // a Unix socket has no address
        { IsIPv4MappedToIPv6: true } address => address.MapToIPv4().ToString(),
        var address => address.ToString(),
    };
}
