using System.Globalization;
using System.Net;
using Gorb.Model.Text;

namespace Gorb.Cli;

/// <summary>Reads where to listen: ":4672" (every address), "127.0.0.1:4672", "[::1]:4672", "localhost:4672" or "4672".</summary>
internal static class ListenAddress
{
    public const int DefaultPort = 4672;

    /// <summary>The environment's word for where the daemon listens, for containers: their health check asks there, too.</summary>
    public const string Variable = "GORB_LISTEN";

    /// <summary>What option -l is when it is not given.</summary>
    public static string Default => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? text : string.Create(CultureInfo.InvariantCulture, $":{DefaultPort}");

    /// <summary>Where a program on this host finds the daemon when nobody says.</summary>
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

    /// <summary>Where a program on this host reaches a daemon that listens there.</summary>
    public static Uri Url(IPEndPoint listen)
    {
        var address = listen.Address.Equals(IPAddress.IPv6Any) || listen.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : listen.Address;
        return new Uri($"http://{new IPEndPoint(address, listen.Port)}");
    }
}
