using System.Net;
using System.Net.Sockets;

namespace Gorb.Documents;

/// <summary>Validates addresses of services and backends.</summary>
internal static class VirtualAddress
{
    /// <summary>Returns why no service or backend can have an address; null if the address is valid.</summary>
    public static string? FindFault(IPAddress address) =>
        address.IsIPv6LinkLocal ? $"{address} is link-local: it needs a network device beside it, which IPVS cannot hold; give another address"
        : IsUnicast(address) ? null
        : $"{address} is not a unicast address, which services and backends need";

    private static bool IsUnicast(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork)
        {
            return !address.IsIPv6Multicast && !address.IsIPv4MappedToIPv6 && !address.Equals(IPAddress.IPv6Any);
        }

        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return bytes[0] is not 0 and < 224;
    }
}
