using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Cluster.Chaos;

/// <summary>What can go wrong.</summary>
internal enum FaultKind
{
    /// <summary>A director is killed, and started again.</summary>
    KillDirector,

    /// <summary>A director is stopped by SIGSTOP, and goes on.</summary>
    StopDirector,

    /// <summary>A director hands its addresses over on purpose, and takes part again.</summary>
    Drain,

    /// <summary>A director cannot reach any member of etcd.</summary>
    CutFromEtcd,

    /// <summary>A director cannot reach one member of etcd.</summary>
    CutFromMember,

    /// <summary>Two members of etcd cannot reach each other.</summary>
    CutMembers,

    /// <summary>A member of etcd cannot reach the two others.</summary>
    IsolateMember,

    /// <summary>Two hosts cannot reach each other.</summary>
    CutHosts,

    /// <summary>A host's cable is out.</summary>
    Unplug,

    /// <summary>All that a host sends is late, each packet by another time.</summary>
    Delay,

    /// <summary>A part of what a host sends is lost.</summary>
    Loss,

    /// <summary>The leader of etcd is stopped by SIGSTOP, and goes on.</summary>
    StopLeader,

    /// <summary>Two of three members of etcd are stopped.</summary>
    StopMajority,

    /// <summary>A member of etcd is killed, and started again.</summary>
    KillMember,

    /// <summary>etcd forgets all revisions before the last one.</summary>
    Compact,
}

/// <summary>Which direction of a cut is cut.</summary>
internal enum Way
{
    /// <summary>Nothing passes.</summary>
    Both,

    /// <summary>What the host sends is lost.</summary>
    Out,

    /// <summary>What is sent to the host is lost.</summary>
    In,
}

/// <summary>One fault of a run. The same seed always gives the same faults.</summary>
/// <param name="Number">Its number in the run.</param>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Host">Where.</param>
/// <param name="Other">The other party of a cut.</param>
/// <param name="Way">The direction of a cut.</param>
/// <param name="Hold">How long it lasts.</param>
/// <param name="Pause">How long all is well before it.</param>
internal sealed record Fault(int Number, FaultKind Kind, string Host, string Other, Way Way, TimeSpan Hold, TimeSpan Pause)
{
    private const double ShortestHold = 0.1, LongestHold = 2, LongestPause = 0.4; // leases

    /// <summary>How much longer than two leases a fault can last, so that another director has time to take an address from one that is gone.</summary>
    private static readonly TimeSpan Longer = TimeSpan.FromSeconds(2);

    private static readonly FaultKind[] Kinds = Enum.GetValues<FaultKind>();

    /// <summary>What must not be disturbed by two faults at once, because the end of the one would end the other, too.</summary>
    public string Resource => Kind switch
    {
        FaultKind.KillDirector or FaultKind.StopDirector => $"director {Host}",
        FaultKind.Drain => "drain",
        FaultKind.StopLeader or FaultKind.StopMajority or FaultKind.KillMember => "etcd",
        FaultKind.Delay or FaultKind.Loss => $"device {Host}",
        FaultKind.Unplug => $"cable {Host}",
        FaultKind.Compact => "compaction",
        _ => $"cut {Number}",
    };

    /// <summary>True if the director can hold no address while it lasts.</summary>
    public bool TakesAddresses => Kind is FaultKind.KillDirector or FaultKind.StopDirector or FaultKind.CutFromEtcd or FaultKind.Unplug;

    /// <summary>True if an address that another director loses meanwhile may come to its next holder later than usual: etcd is slow or has no leader, or that holder is gone, too.</summary>
    public bool DelaysFailovers => Kind is not FaultKind.Drain and not FaultKind.Compact;

    /// <summary>Draws the faults of a run, without an end.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="lease">How long directors' leases live: faults last for a part of that, or for longer.</param>
    public static IEnumerable<Fault> Draw(int seed, TimeSpan lease)
    {
        var random = new Random(seed);
        for (var number = 1; ; number++)
        {
            var kind = Kinds[random.Next(Kinds.Length)];
            var host = random.Next(3);
            var other = (host + 1 + random.Next(2)) % 3;
            yield return new Fault(
                number, kind, ThreeDirectors.Names[host], ThreeDirectors.Names[kind == FaultKind.CutFromMember ? random.Next(3) : other], (Way)random.Next(3),
                (lease * ShortestHold) + (random.NextDouble() * ((lease * (LongestHold - ShortestHold)) + Longer)), lease * (random.NextDouble() * LongestPause));
        }
    }

    public override string ToString() => Kind switch
    {
        FaultKind.CutFromMember or FaultKind.CutMembers or FaultKind.CutHosts => $"{Number}: {Kind} {Host} {Other} {Way}",
        FaultKind.CutFromEtcd or FaultKind.IsolateMember => $"{Number}: {Kind} {Host} {Way}",
        FaultKind.StopLeader or FaultKind.Compact => $"{Number}: {Kind}",
        _ => $"{Number}: {Kind} {Host}",
    };
}
