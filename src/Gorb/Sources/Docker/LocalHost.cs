using System.Net;
using System.Net.NetworkInformation;

namespace Gorb.Sources.Docker;

/// <summary>This host, as others name it.</summary>
internal static class LocalHost
{
    /// <summary>Whether a name or address is this host's own. A name that only DNS knows is not looked up, and counts as another host's.</summary>
    public static bool Is(string name) => IPAddress.TryParse(name.Trim('[', ']'), out var address)
        ? IPAddress.IsLoopback(address) || NetworkInterface.GetAllNetworkInterfaces().SelectMany(device => device.GetIPProperties().UnicastAddresses).Any(own => own.Address.Equals(address))
        : string.Equals(name, "localhost", StringComparison.OrdinalIgnoreCase) || string.Equals(name, Environment.MachineName, StringComparison.OrdinalIgnoreCase);
}
