using Gorb.Model.Checks;
using Gorb.Model.Text;

namespace Gorb.Health.Probes;


/// <summary>The result of a probe. A failure is a value; only bugs throw.</summary>
/// <param name="Passed">True when the answer was as expected.</param>
/// <param name="Reason">The reason of a failure ("connection refused", "503, expected 200"), or a description of the answer ("200").</param>
/// <param name="Latency">The time from the start to the answer.</param>
internal readonly record struct ProbeResult(bool Passed, string Reason, TimeSpan Latency)
{
    /// <summary>The longest reason: it may quote a text of any length from the backend, and it is stored, logged and published.</summary>
    public const int MaxReason = 1000;

    /// <summary>The reason, shortened and with control characters escaped, because it may quote the backend.</summary>
    public string Reason { get; } = PlainText.Escape(PlainText.Shorten(Reason, MaxReason));

    /// <summary>True when this host could not carry out the probe, for example without free file descriptors: nothing is known about the backend.</summary>
    public bool IsLocalFault { get; init; }

    /// <summary>True when nothing answered within the timeout.</summary>
    public bool IsTimeout { get; init; }

    /// <summary>An unexpected exception to log with its stack trace; otherwise null.</summary>
    public Exception? Unexpected { get; init; }
}

/// <summary>Receives the results of probes.</summary>
internal interface IProbeSink
{
    /// <summary>Called once for every started probe, on any thread. Must not block.</summary>
    /// <param name="ticket">The number passed to <see cref="IProber.Start"/>.</param>
    /// <param name="result">The result.</param>
    void Complete(int ticket, ProbeResult result);
}

/// <summary>
/// Runs probes of one or several types. There may be tens of thousands of probes per second, so starting is a plain call and completion a plain callback.
/// Probes cannot be cancelled; the caller ignores the ticket of a removed check.
/// </summary>
internal interface IProber
{
    /// <summary>Starts a probe and returns at once. The probe ends within the target's timeout, after at most the same time for resolving its name.</summary>
    void Start(ProbeTarget target, IProbeSink sink, int ticket);
}
