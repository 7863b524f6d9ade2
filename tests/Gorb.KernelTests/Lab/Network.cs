using System.Net;

namespace Gorb.KernelTests.Lab;

/// <summary>The lab's network, created once for all tests: director, client and three backends that answer with their names.</summary>
public sealed class Network : IDisposable
{
    /// <summary>Virtual addresses of the director. The backends have them on lo too, without ARP, for direct routing and tunnels.</summary>
    public static readonly IPAddress Vip4 = IPAddress.Parse("10.9.0.100"), Vip6 = IPAddress.Parse("fd00:9::100");

    private readonly List<NameServer> _servers = [];

    public Network()
    {
        Topology("up");
        Shell.Run("ip", "addr", "add", $"{Vip4}/32", "dev", "br0");
        // Deprecated, so that the director does not use it as the source of its own packets: a backend that has the VIP too drops tunnel packets from it.
        Shell.Run("ip", "addr", "add", $"{Vip6}/128", "dev", "br0", "nodad", "preferred_lft", "0");
        foreach (var backend in Backends)
        {
            HoldVips(backend);
            _servers.Add(new NameServer(backend));
        }
    }

    /// <summary>Names of the backends and of their namespaces.</summary>
    public static IReadOnlyList<string> Backends { get; } = ["b1", "b2", "b3"];

    public static IPAddress Address(string backend, bool v6 = false) => IPAddress.Parse(v6 ? $"fd00:9::2{backend[1]}" : $"10.9.0.2{backend[1]}");

    public void Dispose()
    {
        _servers.ForEach(server => server.Dispose());
        Topology("down");
    }

    private static void HoldVips(string backend)
    {
        Shell.Run("ip", "-n", backend, "addr", "add", $"{Vip4}/32", "dev", "lo");
        Shell.Run("ip", "-n", backend, "addr", "add", $"{Vip6}/128", "dev", "lo", "nodad");
        Shell.Run("modprobe", "-a", "ipip", "ip6_tunnel");
        foreach (var tunnel in new[] { "tunl0", "ip6tnl0" })
        {
            Shell.Run("ip", "-n", backend, "link", "set", tunnel, "up");
        }

        Shell.Run("ip", "netns", "exec", backend, "sysctl", "-qw", "net.ipv4.conf.tunl0.rp_filter=0");
    }

    private static void Topology(string verb) => Shell.Run(Repository.Path("tests/lab/topology.sh"), verb);
}
