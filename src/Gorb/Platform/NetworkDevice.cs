using System.Net;
using System.Net.NetworkInformation;

namespace Gorb.Platform;

/// <summary>The network devices of this host.</summary>
internal static class NetworkDevice
{
    /// <summary>The addresses of a device as of now, without those that are link-local; none when it does not exist.</summary>
    public static IEnumerable<IPAddress> Addresses(string name) => NetworkInterface.GetAllNetworkInterfaces()
        .Where(device => device.Name == name)
        .SelectMany(device => device.GetIPProperties().UnicastAddresses)
        .Select(entry => entry.Address)
        .Where(address => !address.IsIPv6LinkLocal);
}
