using System.Globalization;

namespace Gorb.KernelTests.Cluster.Chaos;

/// <summary>How a run of faults goes. eng/chaos sets the variables; without them it is the short run of eng/test.</summary>
/// <param name="Faults">How many faults there are (GORB_CHAOS_FAULTS).</param>
/// <param name="Seed">What all of them are drawn from (GORB_CHAOS_SEED).</param>
/// <param name="Lease">How long directors' leases live, in seconds (GORB_CHAOS_LEASE).</param>
/// <param name="IsPrinted">True when each step is printed.</param>
internal sealed record ChaosOptions(int Faults, int Seed, int Lease, bool IsPrinted)
{
    /// <summary>Six faults of as many kinds, with those that take an address from its holder; and a lease that a busy machine can renew.</summary>
    private const int ShortFaults = 6, ShortSeed = 53088, ShortLease = 4;

    /// <summary>How many faults go by between two comparisons.</summary>
    public const int Round = 10;

    /// <summary>How many faults can last at the same time.</summary>
    public const int Lanes = 2;

    public static ChaosOptions Read() => new(
        Find("GORB_CHAOS_FAULTS") ?? ShortFaults, Find("GORB_CHAOS_SEED") ?? ShortSeed, Find("GORB_CHAOS_LEASE") ?? ShortLease, Find("GORB_CHAOS_FAULTS") is not null);

    private static int? Find(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
