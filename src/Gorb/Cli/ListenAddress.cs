using System.Globalization;
using System.Net;
using Gorb.Model.Text;

namespace Gorb.Cli;

/// <summary>Parses the address to listen on: ":4672" (every address), "127.0.0.1:4672", "[::1]:4672", "localhost:4672" or "4672".</summary>
internal static class ListenAddress
{
    public const int DefaultPort = 4672;

    /// <summary>The environment variable for the address to listen on. Containers use the variable because their health check reads it, too.</summary>
    public const string Variable = "GORB_LISTEN";

    /// <summary>The default of option -l.</summary>
    public static string Default => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? text : string.Create(CultureInfo.InvariantCulture, $":{DefaultPort}");

    /// <summary>The default URL of the daemon for clients on this host.</summary>
    public static Uri DefaultUrl => Url(Parse(Default) ?? new IPEndPoint(IPAddress.Loopback, DefaultPort));

    public static IPEndPoint? Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "" : text[..colon];
        if (!ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return null;
        }

        return host switch
        {
            "" or "*" => new IPEndPoint(IPAddress.IPv6Any, port),
            "localhost" => new IPEndPoint(IPAddress.Loopback, port),
            ['[', .. var inner, ']'] => AddressText.TryParseScoped(inner, out var v6) ? new IPEndPoint(v6, port) : null,
            _ => !host.Contains(':') && AddressText.TryParse(host, out var address) ? new IPEndPoint(address, port) : null,
        };
    }

    /// <summary>The URL at which a client on this host reaches a daemon that listens on the endpoint.</summary>
    public static Uri Url(IPEndPoint listen)
    {
        var address = listen.Address.Equals(IPAddress.IPv6Any) || listen.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : listen.Address;
        return new Uri($"http://{new IPEndPoint(address, listen.Port)}");
    }
}
