using System.Net;
using System.Net.Sockets;

namespace Gorb.Names;

/// <summary>Sorts the addresses of a name into the order in which to try them: the essential rules of RFC 6724, like getaddrinfo(3).</summary>
internal static class AddressOrder
{
    /// <summary>Sorts addresses without a route last, the others by precedence. Addresses of equal rank keep their order.</summary>
    public static IPAddress[] Sort(IEnumerable<IPAddress> addresses)
    {
        IPAddress[] distinct = [.. addresses.Distinct()];
        return distinct.Length < 2 ? distinct : [.. distinct.OrderBy(address => HasRoute(address) ? 0 : 1).ThenByDescending(Precedence)];
    }

    /// <summary>The default policy table (RFC 6724, 2.1).</summary>
    private static int Precedence(IPAddress address) => address switch
    {
        _ when address.Equals(IPAddress.IPv6Loopback) => 50,
        { AddressFamily: AddressFamily.InterNetwork } => 35,
        { IsIPv6UniqueLocal: true } => 3,
        { IsIPv6Teredo: true } => 5,
        { IsIPv6SiteLocal: true } => 1,
        _ => 40,
    };

    /// <summary>
    /// True when the host has a route to the address. Connecting a UDP socket sends nothing; the kernel only selects a route and a source address.
    /// </summary>
    private static bool HasRoute(IPAddress address)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(new IPEndPoint(address, ResolverConfig.DefaultPort));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
