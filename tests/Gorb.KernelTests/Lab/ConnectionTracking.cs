using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gorb.KernelTests.Lab;

/// <summary>
/// While this lives, the kernel tracks connections, and IPVS keeps the entries of what it balances. The hooks of connection tracking are there only as
/// long as a rule of the packet filter asks for them. The table is empty at first: entries of earlier tests would live for minutes.
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

    /// <summary>Addresses that connection tracking expects answers from, one for each UDP flow that a socket began.</summary>
    public static IReadOnlyList<IPAddress> Servers(Socket client)
    {
        var port = ((IPEndPoint)client.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
        return [.. Entries().Where(words => Values(words, "sport")[0] == port).Select(words => IPAddress.Parse(Values(words, "src")[1]))];
    }

    /// <summary>How many UDP entries expect answers from an address.</summary>
    public static int Count(IPAddress server) => Entries().Count(words => IPAddress.Parse(Values(words, "src")[1]).Equals(server));

    /// <summary>What the kernel shows of every UDP entry: each direction's src, dst, sport and dport, the original one first. It shows them in parts, and goes on
    /// after as many as it has shown: one may come twice when another entry was added in between.</summary>
    private static IEnumerable<string[]> Entries() => File.ReadLines("/proc/net/nf_conntrack")
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words[2] == "udp")
        .DistinctBy(words => string.Join(' ', ((string[])["src", "dst", "sport", "dport"]).SelectMany(name => Values(words, name))));

    private static List<string> Values(string[] words, string name) =>
        [.. words.Where(word => word.StartsWith(name + "=", StringComparison.Ordinal)).Select(word => word[(name.Length + 1)..])];

    private static string Setting() => File.ReadAllText("/proc/sys/net/ipv4/vs/conntrack").Trim();
}
