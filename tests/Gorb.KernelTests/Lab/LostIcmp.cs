namespace Gorb.KernelTests.Lab;

/// <summary>Until it is disposed, the director does not tell clients that a packet is too big.</summary>
internal sealed class LostIcmp : IDisposable
{
    private static readonly (string Program, string[] Rule)[] Rules =
    [
        ("iptables-legacy", ["OUTPUT", "-p", "icmp", "--icmp-type", "fragmentation-needed", "-j", "DROP"]),
        ("ip6tables-legacy", ["OUTPUT", "-p", "icmpv6", "--icmpv6-type", "packet-too-big", "-j", "DROP"]),
    ];

    public LostIcmp() => Each("-A");

    public void Dispose() => Each("-D");

    private static void Each(string verb)
    {
        foreach (var (program, rule) in Rules)
        {
            Shell.Run(program, ["-t", "mangle", verb, .. rule]);
        }
    }
}
