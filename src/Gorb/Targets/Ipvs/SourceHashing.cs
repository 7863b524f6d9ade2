namespace Gorb.Targets.Ipvs;

/// <summary>
/// Computes the weights for the scheduler sh. sh has 256 buckets and gives each destination in turn as many as its weight, at least one, until the buckets are used
/// up (ip_vs_sh.c), so with large weights the last destinations get nothing. Weights that would give wrong shares are scaled to shares of 256.
/// </summary>
internal static class SourceHashing
{
    public const int Buckets = 256;

    /// <summary>The maximum relative deviation from its share that the last, incomplete turn may cause for a destination.</summary>
    private const double Tolerance = 0.05;

    /// <summary>
    /// Scales weights above 0 by largest remainder, at least 1 each, so that they fill the buckets together with one bucket for each destination of weight 0.
    /// </summary>
    /// <param name="weights">The backends' weights. Weights of 0 and below stay.</param>
    /// <param name="sorry">The weight of the sorry backend. It is above 0 only when no backend has a weight above 0.</param>
    /// <returns>The scaled weight of the sorry backend.</returns>
    public static int Scale(Span<int> weights, int sorry)
    {
        var (sum, live, quiet) = Count(weights);
        var shares = Math.Max(Buckets - quiet, 1);
        if (live == 0)
        {
            return sorry == 0 ? 0 : shares;
        }

        if (IsFair(weights, sum, live, quiet))
        {
            return 0;
        }

        var spare = shares - Share(weights, sum, shares, out var remainders);
        for (; spare > 0; spare--)
        {
            var largest = Largest(remainders);
            remainders[largest] -= sum;
            weights[largest]++;
        }

        for (; spare < 0 && Heaviest(weights) is var heaviest && weights[heaviest] > 1; spare++)
        {
            weights[heaviest]--; // the smallest weights were rounded up to 1
        }

        return 0;
    }

    private static (long Sum, int Live, int Quiet) Count(ReadOnlySpan<int> weights)
    {
        var (sum, live, quiet) = (0L, 0, 0);
        foreach (var weight in weights)
        {
            sum += Math.Max(weight, 0);
            live += weight > 0 ? 1 : 0;
            quiet += weight == 0 ? 1 : 0;
        }

        return (sum, live, quiet);
    }

    /// <summary>True when the kernel gives right shares for the unscaled weights, in any order of its destinations.</summary>
    private static bool IsFair(ReadOnlySpan<int> weights, long sum, int live, int quiet)
    {
        var turn = sum + quiet;
        if (turn > Buckets)
        {
            return false;
        }

        var broken = Buckets % turn;
        foreach (var weight in weights)
        {
            var share = Math.Max(weight, 0) * (double)Buckets / turn;
            var fromBroken = broken * (double)weight / turn;
            if (weight > 0 && Math.Max(fromBroken, Math.Min(weight, broken) - fromBroken) > Tolerance * share && live + quiet > 1)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Gives each weight its whole share, at least 1.</summary>
    /// <returns>The sum of the shares given.</returns>
    private static int Share(Span<int> weights, long sum, int shares, out long[] remainders)
    {
        var given = 0;
        remainders = new long[weights.Length];
        for (var i = 0; i < weights.Length; i++)
        {
            remainders[i] = long.MinValue;
            if (weights[i] > 0)
            {
                var (share, remainder) = Math.DivRem((long)weights[i] * shares, sum);
                remainders[i] = share == 0 ? remainder - sum : remainder; // the share has been rounded up already
                weights[i] = Math.Max(1, (int)share);
                given += weights[i];
            }
        }

        return given;
    }

    private static int Largest(ReadOnlySpan<long> values)
    {
        var largest = 0;
        for (var i = 1; i < values.Length; i++)
        {
            largest = values[i] > values[largest] ? i : largest;
        }

        return largest;
    }

    private static int Heaviest(ReadOnlySpan<int> values)
    {
        var heaviest = 0;
        for (var i = 1; i < values.Length; i++)
        {
            heaviest = values[i] > values[heaviest] ? i : heaviest;
        }

        return heaviest;
    }
}
