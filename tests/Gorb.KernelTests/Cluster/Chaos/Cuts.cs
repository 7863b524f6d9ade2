using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Cluster.Chaos;

/// <summary>Breaks the network of a director's host, with its member of etcd, and mends it. Packets are dropped by tc: not every kernel of the lab has a packet filter for IPv4.</summary>
internal static class Cuts
{
    private const string Client = "2379", Peer = "2380";

    /// <summary>The preference (pref of tc) of the latest cut. Each cut has its own, by which its filters are removed.</summary>
    private static int _preference;

    /// <summary>The rules between a director and some members of etcd.</summary>
    public static IReadOnlyList<string> FromMembers(IEnumerable<string> members, Way way) =>
        [.. members.SelectMany(member => Rules(way, member, To(Client), From(Client)))];

    /// <summary>The rules between the host's member of etcd and others.</summary>
    public static IReadOnlyList<string> BetweenMembers(IEnumerable<string> members, Way way) =>
    [
        .. members.SelectMany(member => (IEnumerable<string>)
        [
            .. Rules(way, member, To(Peer), From(Peer)),
            .. Rules(way, member, From(Peer), To(Peer)),
        ]),
    ];

    /// <summary>The rules between the host and another one.</summary>
    public static IReadOnlyList<string> BetweenHosts(string other, Way way) => Rules(way, other, "", "");

    /// <summary>Adds rules on a host.</summary>
    /// <returns>What removes them.</returns>
    public static Action Cut(string host, IReadOnlyList<string> rules)
    {
        var preference = $"pref {Interlocked.Increment(ref _preference)}";
        Run(host, rules.Select(rule => rule.Split(' ', 2)).Select(rule => $"add dev $link {rule[0]} {preference} protocol ip flower {rule[1]} action drop"));
        var hooks = rules.Select(static rule => rule.Split(' ')[0]).Distinct().ToList();
        return () => Run(host, hooks.Select(hook => $"delete dev $link {hook} {preference}"));
    }

    /// <summary>Makes packets that a host sends late, or loses some.</summary>
    /// <param name="host">The host.</param>
    /// <param name="effect">What tc's netem does.</param>
    public static void Disturb(string host, params string[] effect) => In(host, ["tc", "qdisc", "replace", "dev", "eth0", "root", "netem", .. effect]);

    /// <summary>Ends <see cref="Disturb"/>.</summary>
    public static void Calm(string host) => In(host, ["tc", "qdisc", "delete", "dev", "eth0", "root"]);

    /// <summary>Takes a host's cable out, or puts it in.</summary>
    public static void Plug(string host, bool isIn) => Shell.Run("ip", "link", "set", $"v{host}", isIn ? "up" : "down");

    /// <summary>The rules that drop what is sent to a member, and what comes from it: where tc sees the packet, and what flower takes.</summary>
    private static List<string> Rules(Way way, string other, string there, string back)
    {
        var rules = new List<string>();
        if (way != Way.In)
        {
            rules.Add($"egress dst_ip {ThreeDirectors.Address(other)}{there}");
        }

        if (way != Way.Out)
        {
            rules.Add($"ingress src_ip {ThreeDirectors.Address(other)}{back}");
        }

        return rules;
    }

    private static string To(string port) => $" ip_proto tcp dst_port {port}";

    private static string From(string port) => $" ip_proto tcp src_port {port}";

    /// <summary>On the link to others, and on the one to the host's own member.</summary>
    private static void Run(string host, IEnumerable<string> filters) => In(host, ["sh", "-ec", $"""
        for link in eth0 lo; do
            {string.Join('\n', filters.Select(static filter => $"tc filter {filter}"))}
        done
        """]);

    private static void In(string host, string[] command) => Shell.Run("ip", ["netns", "exec", host, .. command]);
}
