using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs.Addresses;

namespace Gorb.Targets.Host.Masquerade;

/// <summary>The networks that this host's devices are on: where backends answer their neighbours without asking a router.</summary>
internal static class HostNetworks
{
    /// <exception cref="AddressException">The kernel refuses.</exception>
    public static IReadOnlyList<IPNetwork> Read()
    {
        using var client = AddressClient.Create();
        return Find(client.GetAddresses());
    }

    /// <summary>Returns the networks of addresses, in a fixed order. Host addresses, loopback and link-local networks are none. Pure.</summary>
    public static IReadOnlyList<IPNetwork> Find(IEnumerable<LinkAddress> addresses) =>
    [
        .. addresses.Where(static address => address.PrefixLength > 0 && address.PrefixLength < BitsOf(address.Address) && !IPAddress.IsLoopback(address.Address) && !address.Address.IsIPv6LinkLocal)
            .Select(static address => ToNetwork(address.Address, address.PrefixLength))
            .Distinct()
            .OrderBy(static network => network.ToString(), StringComparer.Ordinal),
    ];

    private static int BitsOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;

    private static IPNetwork ToNetwork(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), length);
    }
}
