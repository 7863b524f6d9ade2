using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Cluster.Chaos;

/// <summary>Breaks the network of a director's host, with its member of etcd, and mends it.</summary>
internal static class Cuts
{
    private const string Client = "2379", Peer = "2380";

    /// <summary>The rules between a director and some members of etcd.</summary>
    public static IReadOnlyList<string[]> FromMembers(IEnumerable<string> members, Way way) =>
        [.. members.SelectMany(member => Rules(way, member, ["-p", "tcp", "--dport", Client], ["-p", "tcp", "--sport", Client]))];

    /// <summary>The rules between the host's member of etcd and others.</summary>
    public static IReadOnlyList<string[]> BetweenMembers(IEnumerable<string> members, Way way) =>
    [
        .. members.SelectMany(member => (IEnumerable<string[]>)
        [
            .. Rules(way, member, ["-p", "tcp", "--dport", Peer], ["-p", "tcp", "--sport", Peer]),
            .. Rules(way, member, ["-p", "tcp", "--sport", Peer], ["-p", "tcp", "--dport", Peer]),
        ]),
    ];

    /// <summary>The rules between the host and another one.</summary>
    public static IReadOnlyList<string[]> BetweenHosts(string other, Way way) => Rules(way, other, [], []);

    /// <summary>Adds rules on a host.</summary>
    public static void Cut(string host, IReadOnlyList<string[]> rules) => Apply(host, "-A", rules);

    /// <summary>Removes rules that were added.</summary>
    public static void Mend(string host, IReadOnlyList<string[]> rules) => Apply(host, "-D", rules);

    /// <summary>Makes packets that a host sends late, or loses some.</summary>
    /// <param name="host">The host.</param>
    /// <param name="effect">What tc's netem does.</param>
    public static void Disturb(string host, params string[] effect) => In(host, ["tc", "qdisc", "replace", "dev", "eth0", "root", "netem", .. effect]);

    /// <summary>Ends <see cref="Disturb"/>.</summary>
    public static void Calm(string host) => In(host, ["tc", "qdisc", "delete", "dev", "eth0", "root"]);

    /// <summary>Takes a host's cable out, or puts it in.</summary>
    public static void Plug(string host, bool isIn) => Shell.Run("ip", "link", "set", $"v{host}", isIn ? "up" : "down");

    /// <summary>The rules that drop what is sent to a member, and what comes from it.</summary>
    private static List<string[]> Rules(Way way, string other, string[] there, string[] back)
    {
        var rules = new List<string[]>();
        if (way != Way.In)
        {
            rules.Add(["OUTPUT", "-d", ThreeDirectors.Address(other), .. there, "-j", "DROP"]);
        }

        if (way != Way.Out)
        {
            rules.Add(["INPUT", "-s", ThreeDirectors.Address(other), .. back, "-j", "DROP"]);
        }

        return rules;
    }

    private static void Apply(string host, string verb, IReadOnlyList<string[]> rules) =>
        In(host, ["sh", "-ec", string.Join('\n', rules.Select(rule => $"iptables-legacy -w {verb} {string.Join(' ', rule)}"))]);

    private static void In(string host, string[] command) => Shell.Run("ip", ["netns", "exec", host, .. command]);
}
