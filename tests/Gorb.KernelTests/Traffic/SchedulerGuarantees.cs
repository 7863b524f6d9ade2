using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Traffic;

/// <summary>The guarantees of a scheduler about the shares of its backends, as described in docs/concepts.md.</summary>
/// <param name="Weights">The weights to test with, in the order of the backends.</param>
/// <param name="Shares">The values to which the shares are proportional; null if the scheduler has another goal.</param>
/// <param name="Spreads">Every healthy backend gets clients.</param>
/// <param name="FillsUp">A returning backend gets more than its share until it has as many flows as the others.</param>
/// <param name="MovesByShares">Sticky clients of a lost backend are distributed to the others by their shares.</param>
internal sealed record SchedulerGuarantees(int[] Weights, int[]? Shares, bool Spreads, bool FillsUp = false, bool MovesByShares = true)
{
    /// <summary>A client for each bucket of sh, which are 256.</summary>
    private const int OneForEachBucket = 256;

    private const double Tolerance = 0.1;
    private static readonly int[] Equal = [1, 1, 1], Weighted = [100, 100, 200];

    public static SchedulerGuarantees Of(string scheduler, bool isUdp) => scheduler switch
    {
        "rr" => new(Weighted, Equal, Spreads: true),
        "lc" => new(Weighted, Equal, Spreads: true, FillsUp: isUdp),
        "wlc" => new(Weighted, Weighted, Spreads: true, FillsUp: isUdp),
        "twos" => new(Weighted, Weighted, Spreads: true, FillsUp: isUdp) { Clients = Crowd.Size }, // it chooses between two at random
        "sed" or "nq" when isUdp => new(Weighted, null, Spreads: false), // they count established connections, which UDP does not have
        "sh" => new(Weighted, Weighted, Spreads: true, MovesByShares: false), // the clients of a failed backend are those of a few buckets
        "ovf" => new([100, 100, 175], null, Spreads: false), // one after the other; it refuses clients beyond its capacity
        "fo" or "dh" or "lblc" or "lblcr" => new(Weighted, null, Spreads: false), // one backend for all clients of one address
        "mh" => new(Weighted, Weighted, Spreads: true) { Clients = Crowd.Size }, // a hash without equal buckets: shares show with many clients only
        _ => new(Weighted, Weighted, Spreads: true),
    };

    /// <summary>How many clients show the shares, which costs a millisecond for each on an emulated kernel.</summary>
    public int Clients { get; private init; } = OneForEachBucket;

    /// <summary>The faults in the answers to clients that visit the service for the first time.</summary>
    /// <param name="answers">The answer to each client.</param>
    /// <param name="healthy">The backends that may have answered.</param>
    /// <param name="hadFlows">True when the backends have flows of other clients.</param>
    public IEnumerable<string> FaultsForNewClients(string answers, IReadOnlyList<string> healthy, bool hadFlows = false) =>
        UnservedFault(answers, healthy) ?? FaultsOfShares(answers, healthy, Shares is not null && !(hadFlows && FillsUp));

    /// <summary>The faults in the answers to returning clients: each must stay on its backend while that is healthy.</summary>
    /// <param name="before">The previous answer to each client.</param>
    /// <param name="answers">The current answer to each client.</param>
    /// <param name="healthy">The backends that may have answered.</param>
    public IEnumerable<string> FaultsForReturningClients(string before, string answers, IReadOnlyList<string> healthy)
    {
        var healthyAnswers = healthy.Select(Crowd.Answer).ToHashSet();
        var left = before.Zip(answers).Count(client => healthyAnswers.Contains(client.First) && client.First != client.Second);
        var mustMove = before.Any(answer => !healthyAnswers.Contains(answer));
        return UnservedFault(answers, healthy)
            ?? (left > 0 ? [$"{left} clients left a healthy backend"] : mustMove ? FaultsOfShares(answers, healthy, Shares is not null && MovesByShares) : []);
    }

    /// <summary>The fault that a client was not served by any healthy backend; null if all were served.</summary>
    public static string[]? UnservedFault(string answers, IReadOnlyList<string> healthy) =>
        answers.Length > 0 && answers.All(healthy.Select(Crowd.Answer).Contains) ? null : ["some clients were not served by a healthy backend"];

    private IEnumerable<string> FaultsOfShares(string answers, IReadOnlyList<string> healthy, bool hasShares) => healthy.SelectMany(backend =>
        FaultsOf(backend, answers.Count(answer => answer == Crowd.Answer(backend)), hasShares ? Share(backend, healthy, answers.Length) : null));

    private IEnumerable<string> FaultsOf(string backend, int count, double? share)
    {
        if (Spreads && count == 0)
        {
            yield return $"{backend} is left out";
        }
        else if (share is { } expected && Math.Abs(count - expected) > Tolerance * expected)
        {
            yield return $"{backend} has {count}, not about {expected:0}";
        }
    }

    private double Share(string backend, IReadOnlyList<string> healthy, int clients) => (double)clients * Part(backend) / healthy.Sum(Part);

    private int Part(string backend) => Shares![Network.Backends.ToList().IndexOf(backend)];
}
