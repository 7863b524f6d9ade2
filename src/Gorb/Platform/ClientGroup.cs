using System.Net;
using System.Net.Sockets;

namespace Gorb.Platform;

/// <summary>Groups the addresses that one client commands.</summary>
internal static class ClientGroup
{
    private const int SubnetBytes = 8; // one host of IPv6 commands a whole /64

    /// <summary>The IPv4 address, or the IPv6 network of 64 bits.</summary>
    public static IPAddress Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(SubnetBytes).Clear();
        return new IPAddress(bytes);
    }
}
