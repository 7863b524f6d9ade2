using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gorb.KernelTests.Lab;

/// <summary>
/// Switches on connection tracking in the kernel and in IPVS until it is disposed. The kernel tracks connections only while a rule of the packet filter
/// needs it. The table is emptied first, because entries of earlier tests stay for minutes.
/// </summary>
internal sealed class ConnectionTracking : IDisposable
{
    private static readonly string[] Tables = ["iptables-legacy", "ip6tables-legacy"];
    private static readonly string[] Rule = ["OUTPUT", "-m", "conntrack", "--ctstate", "INVALID"];

    private readonly string _before = Setting();

    public ConnectionTracking()
    {
        Shell.Run("modprobe", "-a", "nf_conntrack_netlink", "iptable_filter", "ip6table_filter", "xt_conntrack");
        Shell.Run("sysctl", "-qw", "net.ipv4.vs.conntrack=1");
        foreach (var table in Tables)
        {
            Shell.Run(table, ["-A", .. Rule]);
        }

        Shell.Run("conntrack", "-F");
    }

    public void Dispose()
    {
        foreach (var table in Tables)
        {
            Shell.Run(table, ["-D", .. Rule]);
        }

        Shell.Run("sysctl", "-qw", $"net.ipv4.vs.conntrack={_before}");
    }

    /// <summary>The expected source addresses of replies, one for each UDP flow of a socket.</summary>
    public static IReadOnlyList<IPAddress> Servers(Socket client)
    {
        var port = ((IPEndPoint)client.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
        return [.. Entries().Where(words => Values(words, "sport")[0] == port).Select(words => IPAddress.Parse(Values(words, "src")[1]))];
    }

    /// <summary>The number of UDP entries that expect replies from an address.</summary>
    public static int Count(IPAddress server) => Entries().Count(words => IPAddress.Parse(Values(words, "src")[1]).Equals(server));

    /// <summary>
    /// All UDP entries as the kernel prints them: src, dst, sport and dport of each direction, the original one first. The kernel prints them in parts and
    /// continues by position, so an entry may be repeated when another one was added.
    /// </summary>
    private static IEnumerable<string[]> Entries() => File.ReadLines("/proc/net/nf_conntrack")
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words[2] == "udp")
        .DistinctBy(words => string.Join(' ', ((string[])["src", "dst", "sport", "dport"]).SelectMany(name => Values(words, name))));

    private static List<string> Values(string[] words, string name) =>
        [.. words.Where(word => word.StartsWith(name + "=", StringComparison.Ordinal)).Select(word => word[(name.Length + 1)..])];

    private static string Setting() => File.ReadAllText("/proc/sys/net/ipv4/vs/conntrack").Trim();
}
