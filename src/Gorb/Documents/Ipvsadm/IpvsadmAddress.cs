using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gorb.Documents.Ipvsadm;

/// <summary>Reads addresses and numbers as ipvsadm does. IPv4 addresses have the forms of inet_aton(3): parts may be omitted, octal or hexadecimal.</summary>
internal static class IpvsadmAddress
{
    private static readonly SearchValues<char> V6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>Reads <c>HOST[:PORT]</c> or <c>[IPV6]:PORT</c>; an IPv6 address without brackets has no port.</summary>
    /// <param name="text">The text.</param>
    /// <param name="protocol">The protocol for port names; null to allow none.</param>
    /// <param name="names">The resolver of names.</param>
    public static (IPAddress Address, ushort? Port) Read(string text, string? protocol, IpvsadmNames names)
    {
        if (text.All(char.IsAsciiDigit))
        {
            throw new FormatException($"'{text}' is not an address");
        }

        var close = text.IndexOf("]:", StringComparison.Ordinal);
        if (text.StartsWith('[') && close < 0)
        {
            throw new FormatException($"'{text}' needs its port behind the bracket: [ADDRESS]:PORT");
        }

        var isBracketed = close > 0 && text.StartsWith('[');
        var inner = isBracketed ? text[1..close] : text;
        if (!inner.AsSpan().ContainsAnyExcept(V6Characters) && inner.Contains(':') && IPAddress.TryParse(inner, out var v6))
        {
            return (v6, isBracketed ? ReadPort(text[(close + 2)..], protocol, names) : null);
        }

        var colon = inner.LastIndexOf(':');
        var host = colon < 0 ? inner : inner[..colon];
        return (ReadHost(host, names), colon < 0 ? null : ReadPort(inner[(colon + 1)..], protocol, names));
    }

    /// <summary>Reads an IPv4 address or a host name with one.</summary>
    public static IPAddress ReadHost(string host, IpvsadmNames names) =>
        IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetwork
            ? address
            : names.Host(host) ?? throw new FormatException($"'{host}' is not an IPv4 address, and no host with one has this name (\"ipvsadm -Sn\" prints addresses)");

    /// <summary>Reads a decimal number within bounds; a sign and leading zeros are allowed.</summary>
    public static long ReadNumber(string text, string what, long min, long max) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new FormatException($"the {what} '{text}' is not a number from {min} to {max}");

    private static ushort ReadPort(string text, string? protocol, IpvsadmNames names)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number is >= 0 and <= ushort.MaxValue ? (ushort)number : throw new FormatException($"the port '{text}' is not a number from 0 to {ushort.MaxValue}");
        }

        return (protocol is null ? null : names.Port(text, protocol)) ?? throw new FormatException($"'{text}' is not a port, and /etc/services has no {protocol ?? "such"} service of that name");
    }
}
