using System.Net;
using Gorb.Ipvs.Routes;

namespace Gorb.Doctor;

/// <summary>The route that the kernel keeps for a backend from a connection of its former method, and by which packets of direct routing are lost.</summary>
internal static class FormerRoute
{
    /// <summary>How long a failed request for a hardware address tells of packets that are lost now. While this host did not have the virtual address, it may have asked for it, too.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(10);

    /// <summary>True when this host asks in vain for the hardware address of one of its own addresses.</summary>
    /// <param name="vip">The neighbour entry of the virtual address.</param>
    public static bool IsSign(NeighborEntry vip) => vip.State == NeighborState.Incomplete || (vip.State == NeighborState.Failed && vip.Unused < Recent);

    /// <summary>
    /// Returns the command that mends it. With a gateway in the route, which is the backend itself, the kernel asks for the gateway's hardware address whatever the method of the packet that
    /// the route was looked up for. Without one, it asks for the destination address in the packet, which is the virtual address with direct routing.
    /// </summary>
    /// <param name="backend">The backend's address.</param>
    /// <param name="vip">The virtual address.</param>
    /// <param name="device">The device that leads to the backend.</param>
    public static string Command(IPAddress backend, IPAddress vip, string device)
    {
        var quoted = ShellText.Quote(device);
        return $"ip route replace {backend} via {backend} dev {quoted} onlink && ip neigh flush to {vip} dev {quoted}";
    }
}
