using System.Net;
using System.Net.Sockets;

namespace Gorb.Targets.Host.Addresses;

/// <summary>Explains why clients cannot reach an address, with what to do.</summary>
internal static class VipProblems
{
    /// <returns>Null when nothing is known to be wrong.</returns>
    public static string? Find(HostAddresses host, IPAddress address, string? device, VipOptions options)
    {
        if (IPAddress.IsLoopback(address))
        {
            return null;
        }

        if (device is null)
        {
            return $"this host does not have the address, so the kernel does not balance its packets: {FindRemedy(address, options)}";
        }

        var link = host.Links.First(link => link.Name == device);
        return link is { IsUp: false } ? $"{device} is down: ip link set {device} up"
            : address.AddressFamily == AddressFamily.InterNetworkV6 && !link.UsesArp ? FindDeafWire(host, address, device)
            : null;
    }

    private static string FindRemedy(IPAddress address, VipOptions options) => options.Device is { } wanted
        ? $"Gorb could not add it to {wanted}; the log says why"
        : $"start Gorb with --vip-interface {VipOptions.Dummy}, or add it yourself: ip addr add {address}/{(address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)} dev DEVICE";

    /// <summary>For IPv6 the kernel answers neighbour discovery only on the device that has the address (ndisc_recv_ns of net/ipv6/ndisc.c); for IPv4 on every device.</summary>
    private static string? FindDeafWire(HostAddresses host, IPAddress address, string device) => host.FindWires(address) is [var wire, ..]
        ? $"hosts on {wire.Name} ask there for the address, and the kernel does not answer for one on {device}: use --vip-interface {wire.Name}, "
            + $"or sysctl -w net.ipv6.conf.{wire.Name}.proxy_ndp=1 and ip -6 neigh add proxy {address} dev {wire.Name}"
        : null;
}
