using System.Net;
using System.Net.Sockets;
using Gorb.Platform;

namespace Gorb.Sources.Docker;

/// <summary>The host's own addresses, used for ports that are published on every address.</summary>
/// <param name="Device">The network device that has the addresses.</param>
/// <param name="V4">The first IPv4 address of the device; null while it has none.</param>
/// <param name="V6">The first IPv6 address of the device that is not link-local; null while it has none.</param>
internal sealed record HostAddress(string Device, IPAddress? V4, IPAddress? V6)
{
    /// <summary>All addresses of the device.</summary>
    public IReadOnlyList<IPAddress> All { get; init; } = [];

    /// <summary>Reads the current addresses of a device. A device that does not exist has none.</summary>
    public static HostAddress Read(string device)
    {
        var addresses = NetworkDevice.Addresses(device).ToList();
        return new HostAddress(device, First(addresses, AddressFamily.InterNetwork), First(addresses, AddressFamily.InterNetworkV6)) { All = addresses };
    }

    /// <summary>Whether the device has an address.</summary>
    public bool Owns(IPAddress address) => address.Equals(V4) || address.Equals(V6) || All.Contains(address);

    /// <summary>The first address of a family; null while there is none.</summary>
    public IPAddress? Of(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? V6 : V4;

    private static IPAddress? First(IEnumerable<IPAddress> addresses, AddressFamily family) => addresses.FirstOrDefault(address => address.AddressFamily == family);
}
