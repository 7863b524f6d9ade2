using System.Net;
using System.Net.Sockets;

namespace Gorb.Names;

/// <summary>Puts the addresses of a name into the order in which to try them: the essence of RFC 6724, as getaddrinfo(3) has it.</summary>
internal static class AddressOrder
{
    /// <summary>Addresses without a route come last; among the others those of higher precedence come first, and equals stay in order.</summary>
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

    /// <summary>Connecting a UDP socket sends nothing; it only looks for a route and a source address.</summary>
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
