using System.Net;
using System.Net.Sockets;

namespace Gorb.Ipvs;

/// <summary>Recognizes addresses of single hosts. The kernel checks this for destinations, but not for virtual services.</summary>
internal static class Unicast
{
    public static bool IsUnicast(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => IsUnicastV4(address),
        AddressFamily.InterNetworkV6 => !address.IsIPv6Multicast && !address.Equals(IPAddress.IPv6Any) && !address.IsIPv4MappedToIPv6,
        _ => false,
    };

    /// <summary>Removes the scope id. It belongs to a socket, not to a virtual service or a destination, and would make equal addresses differ.</summary>
    public static IPAddress WithoutScope(IPAddress address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } ? new IPAddress(address.GetAddressBytes()) : address;

    private static bool IsUnicastV4(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return bytes[0] is not 0 and < 224; // 0/8 is "this network", 224/4 multicast, 240/4 reserved with broadcast at its end
    }
}
