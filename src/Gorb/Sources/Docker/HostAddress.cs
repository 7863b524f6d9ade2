using System.Net;
using System.Net.Sockets;
using Gorb.Platform;

namespace Gorb.Sources.Docker;

/// <summary>The host's own addresses, which stand for "published on every address".</summary>
/// <param name="Device">The device they are of.</param>
/// <param name="V4">Its first IPv4 address; null while it has none.</param>
/// <param name="V6">Its first IPv6 address that is not link-local; null while it has none.</param>
internal sealed record HostAddress(string Device, IPAddress? V4, IPAddress? V6)
{
    /// <summary>All addresses of the device.</summary>
    public IReadOnlyList<IPAddress> All { get; init; } = [];

    /// <summary>Asks for the addresses of a device as of now; it has none when it does not exist.</summary>
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
