using System.Net;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Traffic;

/// <summary>
/// Hosts around the director whose routes matter: a client in a network of its own; a backend whose default route leads elsewhere, and another whose default route
/// leads to the director, both on the director's network; and a network behind the first backend.
/// </summary>
public sealed class RoutedHosts : IDisposable
{
    public const string Far = "far", Stray = "b6", Homed = "b7";

    public const int Port = 8080;

    private readonly List<IDisposable> _parts = [];

    /// <summary>The daemon has to see to the setting, which stays also when the service is refused.</summary>
    private readonly Setting _tracking = new("net.ipv4.vs.conntrack", "0");

    public RoutedHosts()
    {
        AddHost(Far, 30, ["10.8.0.2/24", "fd00:8::2/64"]);
        Shell.Run("ip", "addr", "add", "10.8.0.1/24", "dev", $"v{Far}");
        Shell.Run("ip", "addr", "add", "fd00:8::1/64", "dev", $"v{Far}", "nodad");
        SetGateways(Far, "10.8.0.1", "fd00:8::1");
        foreach (var (host, number) in new[] { (Stray, 26), (Homed, 27) })
        {
            AddHost(host, number, [$"10.9.0.{number}/24", $"fd00:9::{number}/64"]);
            Shell.Run("ip", "link", "set", $"v{host}", "master", "br0");
        }

        SetGateways(Stray, "10.9.0.77", "fd00:9::77"); // nobody
        SetGateways(Homed, "10.9.0.1", "fd00:9::1");
        Shell.Run("ip", "-n", Stray, "addr", "add", $"{Behind(false)}/32", "dev", "lo");
        Shell.Run("ip", "-n", Stray, "addr", "add", $"{Behind(true)}/128", "dev", "lo", "nodad");
        Shell.Run("ip", "route", "add", "10.7.0.0/24", "via", "10.9.0.26");
        Shell.Run("ip", "-6", "route", "add", "fd00:7::/64", "via", "fd00:9::26");
        _parts.Add(new AddressServer(Stray, [Address(Stray, false), Address(Stray, true), Behind(false), Behind(true)], Port));
        _parts.Add(new AddressServer(Homed, [Address(Homed, false), Address(Homed, true)], Port));
    }

    public static IPAddress Address(string host, bool v6) => Network.Address(host, v6);

    /// <summary>An address of the stray backend in the network behind it.</summary>
    public static IPAddress Behind(bool v6) => IPAddress.Parse(v6 ? "fd00:7::1" : "10.7.0.1");

    public static IPAddress Director(bool v6) => IPAddress.Parse(v6 ? "fd00:9::1" : "10.9.0.1");

    public static IPAddress Client(bool v6) => IPAddress.Parse(v6 ? "fd00:8::2" : "10.8.0.2");

    public void Dispose()
    {
        _tracking.Dispose();
        _parts.ForEach(static part => part.Dispose());
        Shell.Run("ip", "route", "del", "10.7.0.0/24");
        Shell.Run("ip", "-6", "route", "del", "fd00:7::/64");
        foreach (var host in new[] { Far, Stray, Homed })
        {
            NetworkNamespace.Delete(host, $"v{host}");
        }
    }

    private static void AddHost(string name, int number, string[] addresses)
    {
        Shell.Run("ip", "netns", "add", name);
        Shell.Run("ip", "link", "add", $"v{name}", "address", $"fe:ff:ff:ff:ff:{number}", "type", "veth", "peer", "name", "eth0", "netns", name);
        Shell.Run("ip", "link", "set", $"v{name}", "up");
        Shell.Run("ip", "-n", name, "link", "set", "lo", "up");
        Shell.Run("ip", "-n", name, "link", "set", "eth0", "up");
        foreach (var address in addresses)
        {
            Shell.Run("ip", ["-n", name, "addr", "add", address, "dev", "eth0", .. address.Contains(':', StringComparison.Ordinal) ? (string[])["nodad"] : []]);
        }
    }

    private static void SetGateways(string host, string gateway4, string gateway6)
    {
        Shell.Run("ip", "-n", host, "route", "add", "default", "via", gateway4);
        Shell.Run("ip", "-n", host, "-6", "route", "add", "default", "via", gateway6);
    }
}
