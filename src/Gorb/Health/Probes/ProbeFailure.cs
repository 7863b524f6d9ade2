using System.Net.Sockets;
using Gorb.Model.Checks;
using Gorb.Model.Text;

namespace Gorb.Health.Probes;

/// <summary>A probe did not find what it expected; the message is the reason in words.</summary>
internal sealed class ProbeFailureException(string reason) : Exception(reason);

/// <summary>This machine could not carry out a probe; the message says why, in words. Nothing has been learned about the backend.</summary>
internal sealed class LocalFaultException(string reason) : Exception(reason);

/// <summary>
/// Turns whatever ended a probe into a result. A verdict's reason is always in words of this program. What a library throws becomes one only where it
/// is known to come from the backend; everything else is unforeseen, and that is never held against a backend.
/// </summary>
internal static class ProbeFailure
{
    public static ProbeResult TimedOut(ProbeTarget target, TimeSpan latency) =>
        new(Passed: false, $"timed out after {Duration.Format(target.Timeout)}", latency);

    public static ProbeResult Explain(Exception error, TimeSpan latency)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException) // libraries wrap what our own code and sockets said
        {
            switch (cause)
            {
                case ProbeFailureException:
                    return new ProbeResult(Passed: false, cause.Message, latency);
                case LocalFaultException:
                    return new ProbeResult(Passed: false, cause.Message, latency) { IsOurFault = true };
                case SocketException socket:
                    return NetworkError.Result(socket.SocketErrorCode, latency);
            }
        }

        return error is IOException // of a connection
            ? new ProbeResult(Passed: false, "the connection ended before the answer", latency)
            : new ProbeResult(Passed: false, $"unexpected {error.GetType().Name}", latency) { IsOurFault = true, Unexpected = error };
    }
}
