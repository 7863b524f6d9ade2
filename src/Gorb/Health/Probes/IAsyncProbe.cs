using Gorb.Model.Checks;

namespace Gorb.Health.Probes;

/// <summary>One type of check, written as ordinary asynchronous code.</summary>
internal interface IAsyncProbe
{
    /// <summary>Probes once.</summary>
    /// <param name="target">The target. Its args have this probe's type, and its address is set unless <see cref="NeedsAddress"/> is false.</param>
    /// <param name="token">Cancelled after <see cref="Limit"/>.</param>
    /// <returns>A short description of the answer ("200").</returns>
    /// <exception cref="ProbeFailureException">The answer is not as expected.</exception>
    /// <exception cref="LocalFaultException">This host could not carry out the probe.</exception>
    /// <exception cref="Exception">Network errors that concern the backend are failures. Every unexpected exception is a fault of this program.</exception>
    Task<string> RunAsync(ProbeTarget target, CancellationToken token);

    /// <summary>False for a probe that uses the host name as it is.</summary>
    bool NeedsAddress => true;

    /// <summary>The time limit of a probe.</summary>
    TimeSpan Limit(ProbeTarget target) => target.Timeout;
}
