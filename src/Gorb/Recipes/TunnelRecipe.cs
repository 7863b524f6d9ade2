using System.Globalization;
using System.Net.Sockets;
using Gorb.Ipvs;
using Gorb.Model;

namespace Gorb.Recipes;

/// <summary>The shell commands with which a backend decapsulates the packets of a tunnel.</summary>
/// <param name="Device">The device that decapsulates the packets.</param>
/// <param name="Commands">Shell commands that create the device and can run repeatedly.</param>
/// <param name="Overhead">The size of the tunnel's headers in bytes.</param>
internal sealed record TunnelRecipe(string Device, IReadOnlyList<string> Commands, int Overhead)
{
    private const int Ipv4Header = 20;
    private const int Ipv6Header = 40;
    private const int UdpHeader = 8;
    private const int GueHeader = 4;
    private const int GueRemoteChecksum = 8;
    private const int GreHeader = 4;
    private const int GreChecksum = 4;

    /// <summary>Returns the recipe of a backend whose method is a tunnel. The address family of the backend determines the outer header.</summary>
    public static TunnelRecipe Of(BackendSpec backend)
    {
        var isV6 = backend.Address.AddressFamily == AddressFamily.InterNetworkV6;
        var outer = isV6 ? Ipv6Header : Ipv4Header;
        var tunnel = backend.Tunnel;
        return tunnel.Type switch
        {
            TunnelType.Gue => Gue(isV6, tunnel.Port, outer + UdpHeader + GueHeader + (tunnel.Checksum == TunnelChecksum.Remote ? GueRemoteChecksum : 0)),
            TunnelType.Gre => Gre(backend, isV6, outer),
            _ => Ipip(isV6, outer),
        };
    }

    private static TunnelRecipe Ipip(bool isV6, int overhead)
    {
        var (module, device) = isV6 ? ("ip6_tunnel", "ip6tnl0") : ("ipip", "tunl0");
        return new TunnelRecipe(device, [$"modprobe {module}", $"ip link set {device} up"], overhead);
    }

    private static TunnelRecipe Gue(bool isV6, int port, int overhead)
    {
        var (modules, device, family) = isV6 ? ("fou6 ip6_tunnel", "ip6tnl0", " -6") : ("fou ipip", "tunl0", "");
        var receiver = string.Create(CultureInfo.InvariantCulture, $"port {port} gue{family}");
        return new TunnelRecipe(device,
            [
                $"modprobe -a {modules}",
                $"ip fou show | grep -q \"^{receiver}\" || ip fou add {receiver}",
                $"ip link set {device} up",
            ],
            overhead);
    }

    /// <summary>Returns the recipe for GRE. The devices gre0 and ip6gre0 drop packets with a checksum, so these need a separate device for the backend's address.</summary>
    private static TunnelRecipe Gre(BackendSpec backend, bool isV6, int outer)
    {
        var (module, device, kind) = isV6 ? ("ip6_gre", "ip6gre0", "ip6gre") : ("ip_gre", "gre0", "gre");
        if (backend.Tunnel.Checksum == TunnelChecksum.None)
        {
            return new TunnelRecipe(device, [$"modprobe {module}", $"ip link set {device} up"], outer + GreHeader);
        }

        const string Own = "gorb-gre";
        return new TunnelRecipe(Own,
            [
                $"modprobe {module}",
                $"ip link show {Own} >/dev/null 2>&1 || ip link add {Own} type {kind} local {backend.Address} csum",
                $"ip link set {Own} up",
            ],
            outer + GreHeader + GreChecksum);
    }
}
