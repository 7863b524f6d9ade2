using System.Net.Sockets;
using Gorb.Ipvs;

namespace Gorb.Documents.Ipvsadm;

/// <summary>Reads a netmask as ipvsadm does: a prefix length if the service is already known to be IPv6, else an IPv4 address.</summary>
internal static class IpvsadmMask
{
    public static string Read(string text, AddressFamily? family, IpvsadmNames names)
    {
        if (family == AddressFamily.InterNetworkV6)
        {
            var digits = text.TakeWhile(char.IsAsciiDigit).Count();
            return IpvsadmAddress.ReadNumber(text[..digits], "prefix length", 1, 128).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        var mask = IpvsadmAddress.ReadHost(text, names).ToString();
        return Netmask.TryParse(mask, AddressFamily.InterNetwork, out var netmask) && netmask.PrefixLength is > 0
            ? mask
            : throw new FormatException($"the netmask {mask} is none that Gorb takes: its ones must stand together, as in 255.255.255.0");
    }
}
