using System.Net;
using Gorb.Logging;
using Gorb.Platform;

namespace Gorb.Access;

/// <summary>Logs who sends a valid token from another host without encryption, once for each address until it has been quiet for a day: anyone who reads the network knows the token.</summary>
internal sealed partial class PlainTokenLog(TimeProvider time, ILogger<PlainTokenLog> logger)
{
    private const int MaxAddresses = 1024;

    private readonly ILogger _logger = logger;
    private readonly RepeatFilter _told = new(memory: TimeSpan.FromDays(1), MaxAddresses);

    /// <param name="context">The request.</param>
    /// <param name="client">The name of its client.</param>
    public void Note(HttpContext context, string client)
    {
        if (context.Request.IsHttps || context.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address))
        {
            return;
        }

        var group = ClientGroup.Of(address);
        if (_told.IsNew(client, group.ToString(), time.GetUtcNow()))
        {
            LogReadable(client, group);
        }
    }

    [LoggerMessage(3121, LogLevel.Warning, "The token of {Client} came from {Address} without encryption: whoever reads the network on the way can use it. Use https (gorb cert server makes a certificate), and then a new token")]
    private partial void LogReadable(string client, IPAddress address);
}
