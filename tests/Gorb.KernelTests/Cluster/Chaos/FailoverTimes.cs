using System.Globalization;

namespace Gorb.KernelTests.Cluster.Chaos;

/// <summary>How long an address answered at no host after faults that took its holder away.</summary>
/// <param name="Plain">The times after the holder crashed or stopped while all else worked: what is promised for a crash.</param>
/// <param name="Others">The times of all other faults: a new leader of etcd extends all leases first, and the next holder may be gone, too.</param>
internal sealed record FailoverTimes(IReadOnlyList<TimeSpan> Plain, IReadOnlyList<TimeSpan> Others)
{
    /// <summary>How long a fault goes on to have effect: a new leader of etcd extends all leases, and a client needs time to turn to another member.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(5);

    /// <summary>Finds the times.</summary>
    /// <param name="faults">The faults.</param>
    /// <param name="holders">When another host began to answer, in order.</param>
    public static FailoverTimes Measure(IReadOnlyCollection<Injected> faults, IReadOnlyList<(TimeSpan At, string Host)> holders)
    {
        var failovers =
            from injected in faults
            where injected.IsDone && injected.Fault.TakesAddresses
            let holder = holders.LastOrDefault(change => change.At <= injected.Began).Host
            where holder == injected.Fault.Host
            let next = holders.FirstOrDefault(change => change.At > injected.Began)
            where next.Host is not null && next.At <= injected.Healed
            let time = next.At - injected.Began
            orderby time
            select (Time: time, IsPlain: IsPlain(injected, next.At, faults));
        var times = failovers.ToLookup(static failover => failover.IsPlain, static failover => failover.Time);
        return new FailoverTimes([.. times[true]], [.. times[false]]);
    }

    private static bool IsPlain(Injected crash, TimeSpan until, IEnumerable<Injected> faults) => crash.Fault.Kind is FaultKind.KillDirector or FaultKind.StopDirector
        && !faults.Any(other => other != crash && other.IsDone && other.Fault.DelaysFailovers && other.Began <= until && other.Healed + Aftermath >= crash.Began);

    public override string ToString() => $"of plain crashes: {Text(Plain)}; beside other faults: {Text(Others)}";

    private static string Text(IReadOnlyList<TimeSpan> times) => times.Count == 0 ? "none" : string.Create(
        CultureInfo.InvariantCulture, $"{times.Count}, p50 {At(times, 0.5).TotalSeconds:0.0} s, p99 {At(times, 0.99).TotalSeconds:0.0} s, longest {times[^1].TotalSeconds:0.0} s");

    private static TimeSpan At(IReadOnlyList<TimeSpan> times, double share) => times[Math.Min((int)(times.Count * share), times.Count - 1)];
}
