using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Gorb.Model.Text;

/// <summary>
/// Parses IP addresses as people write them: IPv4 as four decimal numbers, IPv6 as in RFC 4291, without surrounding characters. Octal, hexadecimal and
/// shortened IPv4 forms are rejected, because programs read them differently.
/// </summary>
internal static class AddressText
{
    private const int MaxIPv4Length = 15;

    private static readonly SearchValues<char> Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>Parses one address without port, prefix length, brackets or scope.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = !text.ContainsAnyExcept(Characters) && IPAddress.TryParse(text, out var read) && IsExact(text, read) ? read : null;
        return address is not null;
    }

    /// <summary>Parses a socket address; a link-local address may name its network device, as in <c>fe80::1%eth0</c>.</summary>
    public static bool TryParseScoped(string? text, [NotNullWhen(true)] out IPAddress? address)
    {
        var percent = text.AsSpan().IndexOf('%');
        if (percent < 0)
        {
            return TryParse(text, out address);
        }

        address = TryParse(text.AsSpan(0, percent), out var bare) && bare.IsIPv6LinkLocal && IPAddress.TryParse(text, out var scoped) && scoped.ScopeId != 0 ? scoped : null;
        return address is not null;
    }

    /// <summary>
    /// Parses an address with or without a port: <c>10.0.0.1</c>, <c>10.0.0.1:80</c>, <c>fd00::1</c>, <c>[fd00::1]</c> or <c>[fd00::1]:80</c>.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="address">The address.</param>
    /// <param name="port">The port; null if there is none.</param>
    public static bool TryParseEndpoint(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address, out ushort? port)
    {
        port = null;
        if (TryParse(text, out address))
        {
            return true;
        }

        var isBracketed = text is ['[', ..];
        var end = isBracketed ? text.IndexOf(']') : text.LastIndexOf(':');
        if (end < 0 || !TryParse(text[(isBracketed ? 1 : 0)..end], out var found) || isBracketed != found.ToString().Contains(':', StringComparison.Ordinal))
        {
            return false;
        }

        var rest = isBracketed ? text[(end + 1)..] : text[end..];
        if (rest is [':', .. var digits] && ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            port = number;
        }

        address = port is not null || rest.IsEmpty ? found : null;
        return address is not null;
    }

    /// <summary>Parses an address block, or an address as a block of one. Returns null for malformed text.</summary>
    public static IPNetwork? ParseNetwork(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!TryParse(slash < 0 ? text : text[..slash], out var address))
        {
            return null;
        }

        var bits = address.GetAddressBytes().Length * 8;
        return slash < 0 ? new IPNetwork(address, bits)
            : int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= bits && IPNetwork.TryParse(text, out var network) ? network
            : null;
    }

    /// <summary>Explains what is wrong with a text that is neither an address nor a possible host name, and what to write instead.</summary>
    /// <returns>Null for an address or a possible host name.</returns>
    public static string? FindFault(string text) =>
        TryParse(text, out _) ? null
        : text.Contains('/', StringComparison.Ordinal) ? "must be an address or a name alone, without a prefix length or a path"
        : text.Contains(':', StringComparison.Ordinal) ? FindColonFault(text)
        : EndsInNumber(text) ? FindNumberFault(text)
        : null;

    private static string FindColonFault(string text)
    {
        var bare = text.AsSpan().Trim("[]");
        var percent = bare.IndexOf('%');
        if (TryParseEndpoint(text, out var address, out var port))
        {
            return port is null
                ? $"must be the address without brackets: {address}"
                : string.Create(CultureInfo.InvariantCulture, $"must be the address alone: write {address} here and {port} in port");
        }

        if (percent > 0 && TryParse(bare[..percent], out address))
        {
            return address.IsIPv6LinkLocal
                ? "is link-local: it needs a network device beside it, which IPVS cannot hold; give another address"
                : $"must be the address without a scope ({bare[percent..]}), which IPVS cannot hold: write {address}";
        }

        if (IPAddress.TryParse(text, out address) && address.IsIPv4MappedToIPv6)
        {
            return $"is an IPv4 address in the form of IPv6; write {address.MapToIPv4()}";
        }

        return text.AsSpan().Count(':') == 1
            ? "must be the host alone; its port belongs in port"
            : "is not an IPv6 address; the form is fd00::1, without brackets";
    }

    private static string FindNumberFault(string text) => IPAddress.TryParse(text.TrimEnd('.'), out var reading)
        ? $"is not an address of four decimal numbers without leading zeros, such as 10.0.0.1; some programs read it as {reading}: write the address that is meant"
        : "is not an IPv4 address; the form is four numbers from 0 to 255, such as 10.0.0.1";

    /// <summary>True if the last label is a number, so that other programs read the text as an IPv4 address (WHATWG URL, "ends in a number").</summary>
    private static bool EndsInNumber(string text)
    {
        var last = text.AsSpan().TrimEnd('.');
        last = last[(last.LastIndexOf('.') + 1)..];
        return last is ['0', 'x' or 'X', .. var digits]
            ? !digits.ContainsAnyExcept(Characters) && !digits.Contains(':')
            : !last.IsEmpty && !last.ContainsAnyExceptInRange('0', '9');
    }

    /// <summary>True if all programs read the text as the same address.</summary>
    private static bool IsExact(ReadOnlySpan<char> text, IPAddress address)
    {
        if (text.Contains(':'))
        {
            return !address.IsIPv4MappedToIPv6 && (!text.Contains('.') || TryParse(text[(text.LastIndexOf(':') + 1)..], out _));
        }

        Span<char> usual = stackalloc char[MaxIPv4Length];
        return address.TryFormat(usual, out var length) && text.SequenceEqual(usual[..length]);
    }
}
