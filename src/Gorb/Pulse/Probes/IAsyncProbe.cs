namespace Gorb.Pulse.Probes;

/// <summary>One type of check, as a piece of ordinary asynchronous code.</summary>
internal interface IAsyncProbe
{
    /// <summary>Probes once.</summary>
    /// <param name="target">What is probed; its args are of the type that this probe is for.</param>
    /// <param name="token">Cancelled at the target's timeout.</param>
    /// <returns>What was seen, in words ("200").</returns>
    /// <exception cref="ProbeFailureException">The answer is not as expected.</exception>
    /// <exception cref="Exception">Whatever else ends a probe is a failure with that reason.</exception>
    Task<string> RunAsync(ProbeTarget target, CancellationToken token);
}
