using Gorb.Model.Checks;

namespace Gorb.Health.Probes;

/// <summary>One type of check, as a piece of ordinary asynchronous code.</summary>
internal interface IAsyncProbe
{
    /// <summary>Probes once.</summary>
    /// <param name="target">What is probed; its args are of the type that this probe is for, and its address is known unless <see cref="NeedsAddress"/> is false.</param>
    /// <param name="token">Cancelled after <see cref="Limit"/>.</param>
    /// <returns>What was seen, in words ("200").</returns>
    /// <exception cref="ProbeFailureException">The answer is not as expected.</exception>
    /// <exception cref="LocalFaultException">This machine could not carry out the probe.</exception>
    /// <exception cref="Exception">Of the network's errors, those that speak of the backend are failures. Everything unforeseen is a fault of this program.</exception>
    Task<string> RunAsync(ProbeTarget target, CancellationToken token);

    /// <summary>False for a probe that takes a host name as it stands.</summary>
    bool NeedsAddress => true;

    /// <summary>How long a probe may take.</summary>
    TimeSpan Limit(ProbeTarget target) => target.Timeout;
}
