using System.Net;
using System.Net.NetworkInformation;

namespace Gorb.Sources.Docker;

/// <summary>Recognises the names and addresses of this host.</summary>
internal static class LocalHost
{
    /// <summary>Whether a name or address belongs to this host. Names are not resolved by DNS: other than "localhost", only the machine name counts.</summary>
    public static bool Is(string name) => IPAddress.TryParse(name.Trim('[', ']'), out var address)
        ? IPAddress.IsLoopback(address) || NetworkInterface.GetAllNetworkInterfaces().SelectMany(device => device.GetIPProperties().UnicastAddresses).Any(own => own.Address.Equals(address))
        : string.Equals(name, "localhost", StringComparison.OrdinalIgnoreCase) || string.Equals(name, Environment.MachineName, StringComparison.OrdinalIgnoreCase);
}
