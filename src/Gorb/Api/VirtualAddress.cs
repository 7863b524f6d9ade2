using System.Net;
using System.Net.Sockets;

namespace Gorb.Api;

/// <summary>Which addresses services and backends can stand at.</summary>
internal static class VirtualAddress
{
    public static bool IsUsable(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? address.GetAddressBytes()[0] is not 0 and < 224
        : !address.IsIPv6Multicast && !address.IsIPv4MappedToIPv6 && !address.IsIPv6LinkLocal && !address.Equals(IPAddress.IPv6Any);
}
