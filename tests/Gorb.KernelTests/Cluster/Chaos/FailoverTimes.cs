using System.Globalization;

namespace Gorb.KernelTests.Cluster.Chaos;

/// <summary>How long an address answered at no host after faults that took its holder away.</summary>
/// <param name="Times">The times.</param>
internal sealed record FailoverTimes(IReadOnlyList<TimeSpan> Times)
{
    /// <summary>Finds the times.</summary>
    /// <param name="faults">The faults.</param>
    /// <param name="holders">When another host began to answer, in order.</param>
    public static FailoverTimes Measure(IEnumerable<Injected> faults, IReadOnlyList<(TimeSpan At, string Host)> holders) => new(
    [
        .. from injected in faults
           where injected.IsDone && injected.Fault.TakesAddresses
           let holder = holders.LastOrDefault(change => change.At <= injected.Began).Host
           where holder == injected.Fault.Host
           let next = holders.FirstOrDefault(change => change.At > injected.Began)
           where next.Host is not null && next.At <= injected.Healed
           let time = next.At - injected.Began
           orderby time
           select time,
    ]);

    public override string ToString() => Times.Count == 0 ? "none" : string.Create(
        CultureInfo.InvariantCulture, $"{Times.Count}, p50 {At(0.5).TotalSeconds:0.0} s, p99 {At(0.99).TotalSeconds:0.0} s, longest {Times[^1].TotalSeconds:0.0} s");

    private TimeSpan At(double share) => Times[Math.Min((int)(Times.Count * share), Times.Count - 1)];
}
