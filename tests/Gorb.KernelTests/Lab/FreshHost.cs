using System.Net;

namespace Gorb.KernelTests.Lab;

/// <summary>A host beside the lab's backends on which nothing is prepared: strict reverse path filter, no virtual address, no tunnel.</summary>
internal sealed class FreshHost : IDisposable
{
    public const string Name = "b4";

    public static readonly IPAddress Address4 = Network.Address(Name), Address6 = Network.Address(Name, v6: true);

    public FreshHost()
    {
        Shell.Run("ip", "netns", "add", Name);
        // A bridge has the lowest link address of its ports, and the client remembers the director's: this one is never the lowest.
        Shell.Run("ip", "link", "add", "vb4", "address", "fe:ff:ff:ff:ff:24", "type", "veth", "peer", "name", "eth0", "netns", Name);
        Shell.Run("ip", "link", "set", "vb4", "master", "br0", "up");
        In("ip", "link", "set", "eth0", "address", "02:00:00:00:00:24"); // always the same: neighbours remember it over the host's end
        In("ip", "link", "set", "lo", "up");
        In("ip", "link", "set", "eth0", "up");
        In("ip", "addr", "add", $"{Address4}/24", "dev", "eth0");
        In("ip", "addr", "add", $"{Address6}/64", "dev", "eth0", "nodad");
        In("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=1", "net.ipv4.conf.default.rp_filter=1", "net.ipv4.conf.all.arp_ignore=0", "net.ipv4.conf.all.arp_announce=0");
    }

    /// <summary>Runs a program on it.</summary>
    public static string In(params string[] command) => Shell.Run("ip", ["netns", "exec", Name, .. command]);

    /// <summary>Runs a shell script on it.</summary>
    public static void RunScript(string script)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, script);
            In("sh", path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    public void Dispose() => NetworkNamespace.Delete(Name, "vb4");
}
