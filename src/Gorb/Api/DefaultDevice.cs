using System.Net;
using System.Net.Sockets;

namespace Gorb.Api;

/// <summary>The device whose first address stands in for a service's host when none is given (option -i).</summary>
internal sealed record DefaultDevice(string Name)
{
    /// <summary>Its first address as of now, IPv4 before IPv6; null when it has none or does not exist.</summary>
    public IPAddress? Address() => NetworkDevice.Addresses(Name).OrderBy(address => address.AddressFamily == AddressFamily.InterNetworkV6).FirstOrDefault();
}
