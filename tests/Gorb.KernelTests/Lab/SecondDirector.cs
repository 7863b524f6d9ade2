using System.Net;

namespace Gorb.KernelTests.Lab;

/// <summary>
/// A second director, d2 (10.9.0.12), beside the first one, which is the tests' own namespace. A link of their own joins the two. Addresses are moved between them by hand: two virtual
/// ones, and one by which the first backend's replies reach the client.
/// </summary>
public sealed class SecondDirector : IDisposable
{
    public const string Name = "d2", SyncLink = "sync0";

    /// <summary>The virtual addresses for NAT to b1 and for direct routing to b2.</summary>
    public static readonly IPAddress Nat = IPAddress.Parse("10.9.0.120"), Direct = IPAddress.Parse("10.9.0.121");

    private const string Gateway = "10.9.0.99", Client = "10.9.0.10";

    public SecondDirector()
    {
        Shell.Run("modprobe", "ip_vs");
        Shell.Run("ip", "netns", "add", Name);
        Shell.Run("ip", "link", "add", "vd2", "address", "fe:ff:ff:ff:ff:12", "type", "veth", "peer", "name", "eth0", "netns", Name);
        Shell.Run("ip", "link", "set", "vd2", "master", "br0", "up");
        In("ip", "link", "set", "lo", "up");
        In("ip", "link", "set", "eth0", "up");
        In("ip", "addr", "add", "10.9.0.12/24", "dev", "eth0");
        In("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.eth0.rp_filter=0", "net.ipv4.conf.all.send_redirects=0", "net.ipv4.conf.eth0.send_redirects=0");
        Shell.Run("ip", "-n", "b1", "route", "replace", Client, "via", Gateway, "table", "9", "onlink", "dev", "eth0");
        Shell.Run("ip", "-n", "b2", "addr", "add", $"{Direct}/32", "dev", "lo");
    }

    /// <summary>Runs a program on it.</summary>
    public static string In(params string[] command) => Shell.Run("ip", ["netns", "exec", Name, .. command]);

    /// <summary>Joins the two directors by <see cref="SyncLink"/>.</summary>
    public static void Link()
    {
        Shell.Run("ip", "link", "add", SyncLink, "type", "veth", "peer", "name", SyncLink, "netns", Name);
        foreach (var (prefix, address) in new[] { ((string[])[], "10.10.0.1/24"), (["-n", Name], "10.10.0.2/24") })
        {
            Shell.Run("ip", [.. prefix, "addr", "add", address, "dev", SyncLink]);
            Shell.Run("ip", [.. prefix, "link", "set", SyncLink, "up"]);
        }
    }

    public static void Unlink() => Shell.Succeeds(["ip", "link", "del", SyncLink]);

    /// <summary>Gives the addresses to one director, after the other has given them up, and has all hosts ask anew.</summary>
    public static void Give(bool toSecond)
    {
        foreach (var address in new[] { $"{Nat}", $"{Direct}", Gateway })
        {
            Shell.Succeeds(toSecond ? ["ip", "addr", "del", $"{address}/32", "dev", "br0"] : ["ip", "-n", Name, "addr", "del", $"{address}/32", "dev", "eth0"]);
            Shell.Run("ip", [.. toSecond ? (string[])["-n", Name] : [], "addr", "add", $"{address}/32", "dev", toSecond ? "eth0" : "br0"]);
        }

        foreach (var host in new[] { "cl", "b1", "b2" })
        {
            Shell.Run("ip", "-n", host, "neigh", "flush", "all");
        }
    }

    public void Dispose()
    {
        foreach (var address in new[] { $"{Nat}", $"{Direct}", Gateway })
        {
            Shell.Succeeds(["ip", "addr", "del", $"{address}/32", "dev", "br0"]);
        }

        Unlink();
        Shell.Run("ip", "-n", "b1", "route", "replace", Client, "via", "10.9.0.1", "table", "9");
        Shell.Run("ip", "-n", "b2", "addr", "del", $"{Direct}/32", "dev", "lo");
        Shell.Run("ip", "netns", "delete", Name);
    }
}
