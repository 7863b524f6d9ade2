using System.Net;
using System.Net.NetworkInformation;

namespace Gorb.Platform;

/// <summary>The network devices of this host.</summary>
internal static class NetworkDevice
{
    /// <summary>Returns the current addresses of a device, without link-local IPv6 addresses; none when the device does not exist.</summary>
    public static IEnumerable<IPAddress> Addresses(string name) => NetworkInterface.GetAllNetworkInterfaces()
        .Where(device => device.Name == name)
        .SelectMany(device => device.GetIPProperties().UnicastAddresses)
        .Select(entry => entry.Address)
        .Where(address => !address.IsIPv6LinkLocal);
}
