using Gorb.Model.Checks;
using Gorb.Model.Text;

namespace Gorb.Health.Probes;


/// <summary>What a probe found. A failure is a value; only bugs throw.</summary>
/// <param name="Passed">True when the answer was as expected.</param>
/// <param name="Reason">Why not, in words ("connection refused", "503, expected 200"); on success what was seen ("200").</param>
/// <param name="Latency">From the start to the answer.</param>
internal readonly record struct ProbeResult(bool Passed, string Reason, TimeSpan Latency)
{
    /// <summary>Longest reason: what a backend says may have any length, and it is kept, logged and told.</summary>
    public const int MaxReason = 1000;

    /// <summary>The reason; where it quotes the backend, without control characters.</summary>
    public string Reason { get; } = PlainText.Escape(PlainText.Shorten(Reason, MaxReason));

    /// <summary>True when this machine could not carry out the probe (it has no descriptors left, say): nothing has been learned about the backend.</summary>
    public bool IsOurFault { get; init; }

    /// <summary>What nobody foresaw, to be logged with its stack; null for everything else.</summary>
    public Exception? Unexpected { get; init; }
}

/// <summary>Takes results.</summary>
internal interface IProbeSink
{
    /// <summary>Called once for every started probe, on any thread; must not block.</summary>
    /// <param name="ticket">The number given at the start.</param>
    /// <param name="result">What was found.</param>
    void Complete(int ticket, ProbeResult result);
}

/// <summary>
/// Carries out probes of one or several types. There may be tens of thousands of probes in a second, so a start is a plain call and an end
/// a plain callback; who removes a check ignores its ticket.
/// </summary>
internal interface IProber
{
    /// <summary>Starts a probe and returns at once. It ends within the target's timeout, after the same time at most for its name.</summary>
    void Start(ProbeTarget target, IProbeSink sink, int ticket);
}
