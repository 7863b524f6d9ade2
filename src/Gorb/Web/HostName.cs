using System.Net;
using System.Net.Sockets;

namespace Gorb.Web;

/// <summary>Classifies the host names of requests.</summary>
internal static class HostName
{
    /// <summary>True for localhost, names below it (RFC 6761) and loopback addresses.</summary>
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) || (Address(host) is { } address && IsLoopback(address));

    public static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    /// <summary>True for an address of this host.</summary>
    /// <param name="host">The host of a request.</param>
    /// <param name="local">The local address of the connection.</param>
    public static bool IsOwnAddress(string host, IPAddress? local) => Address(host) is { } address && (IsSame(address, local) || CanBind(address));

    /// <summary>True when a page's origin and the host of a request have the same host and port.</summary>
    public static bool IsSameOrigin(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Scheme is "http" or "https"
        && page.Host.Equals(host.Host, StringComparison.OrdinalIgnoreCase)
        && page.Port == (host.Port ?? (page.Scheme == "https" ? 443 : 80)); // behind a proxy that terminates TLS, the page's scheme implies the port

    /// <summary>The address in a URL's host; null when it is a name.</summary>
    private static IPAddress? Address(string host) => IPAddress.TryParse(host, out var address) ? address : null;

    private static bool IsSame(IPAddress address, IPAddress? local) => local is not null && address.MapToIPv6().Equals(local.MapToIPv6());

    /// <summary>True when the host has the address: the kernel refuses to bind to any other.</summary>
    public static bool CanBind(IPAddress address)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
