using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs;

namespace Gorb.Model.Text;

/// <summary>Parses kernel keys from the text that their ToString returns.</summary>
internal static class KeyText
{
    /// <exception cref="FormatException">The text is not a service key.</exception>
    public static ServiceKey ReadService(string text)
    {
        var (kind, rest) = text.Split('/', 2) is [var before, var after] ? (before, after) : throw new FormatException($"'{text}' is not a service");
        return kind switch
        {
            "fwmark" => ServiceKey.ForFirewallMark(uint.Parse(rest, NumberStyles.None, CultureInfo.InvariantCulture), AddressFamily.InterNetwork),
            "fwmark6" => ServiceKey.ForFirewallMark(uint.Parse(rest, NumberStyles.None, CultureInfo.InvariantCulture), AddressFamily.InterNetworkV6),
            _ when Protocol(kind) is { } protocol && IPEndPoint.TryParse(rest, out var at) => ServiceKey.ForAddress(protocol, at.Address, (ushort)at.Port),
            _ => throw new FormatException($"'{text}' is not a service"),
        };
    }

    /// <exception cref="FormatException">The text is not a destination key.</exception>
    public static DestinationKey ReadDestination(string text)
    {
        var endpoint = IPEndPoint.Parse(text);
        return new DestinationKey(endpoint.Address, (ushort)endpoint.Port);
    }

    private static TransportProtocol? Protocol(string name) => name switch
    {
        "tcp" => TransportProtocol.Tcp,
        "udp" => TransportProtocol.Udp,
        "sctp" => TransportProtocol.Sctp,
        _ => null,
    };
}
