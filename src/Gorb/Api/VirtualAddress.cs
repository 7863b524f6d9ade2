using System.Net;
using System.Net.Sockets;

namespace Gorb.Api;

/// <summary>Which addresses services and backends can stand at.</summary>
internal static class VirtualAddress
{
    public static bool IsUsable(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork)
        {
            return !address.IsIPv6Multicast && !address.IsIPv4MappedToIPv6 && !address.IsIPv6LinkLocal && !address.Equals(IPAddress.IPv6Any);
        }

        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return bytes[0] is not 0 and < 224;
    }
}
