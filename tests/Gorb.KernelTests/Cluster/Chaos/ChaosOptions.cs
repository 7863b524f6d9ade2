using System.Globalization;

namespace Gorb.KernelTests.Cluster.Chaos;

/// <summary>How a run of faults goes. eng/chaos sets the variables; without them it is the short run of eng/test.</summary>
/// <param name="Faults">How many faults there are (GORB_CHAOS_FAULTS).</param>
/// <param name="Seed">What all of them are drawn from (GORB_CHAOS_SEED).</param>
/// <param name="Lease">How long directors' leases live, in seconds (GORB_CHAOS_LEASE).</param>
/// <param name="Lanes">How many faults can last at the same time.</param>
/// <param name="IsPrinted">True when each step is printed.</param>
internal sealed record ChaosOptions(int Faults, int Seed, int Lease, int Lanes, bool IsPrinted)
{
    /// <summary>Twenty faults of 14 kinds, with all that take an address from its holder, and a lease that a busy machine can renew. Three at a time, they take a minute.</summary>
    private const int ShortFaults = 20, ShortSeed = 57644, ShortLease = 6, ShortLanes = 3;

    private const int LongLanes = 2;

    /// <summary>How many faults go by between two comparisons.</summary>
    public const int Round = 10;

    public static ChaosOptions Read()
    {
        var faults = Find("GORB_CHAOS_FAULTS");
        return new(faults ?? ShortFaults, Find("GORB_CHAOS_SEED") ?? ShortSeed, Find("GORB_CHAOS_LEASE") ?? ShortLease, faults is null ? ShortLanes : LongLanes, faults is not null);
    }

    private static int? Find(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
