using System.Net.Sockets;
using Gorb.Model.Checks;
using Gorb.Model.Text;

namespace Gorb.Health.Probes;

/// <summary>A probe got another answer than expected; the message is the reason.</summary>
internal sealed class ProbeFailureException(string reason) : Exception(reason);

/// <summary>This host could not carry out a probe; the message is the reason. Nothing is known about the backend.</summary>
internal sealed class LocalFaultException(string reason) : Exception(reason);

/// <summary>A socket failed after its packets had left: the network reported the error.</summary>
internal sealed class ReportedErrorException(SocketException error) : Exception(error.Message, error)
{
    public SocketError Error => error.SocketErrorCode;
}

/// <summary>
/// Turns the exception that ended a probe into a result. The reason is always this program's own text. A library's exception counts as a failure only when
/// the backend is known to cause it; every other exception is unexpected and never counts against a backend.
/// </summary>
internal static class ProbeFailure
{
    public static ProbeResult TimedOut(ProbeTarget target, TimeSpan latency) =>
        new(Passed: false, $"timed out after {Duration.Format(target.Timeout)}", latency) { IsTimeout = true };

    public static ProbeResult Explain(Exception error, TimeSpan latency)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException) // libraries wrap the exceptions of sockets and of this program
        {
            switch (cause)
            {
                case ProbeFailureException:
                    return new ProbeResult(Passed: false, cause.Message, latency);
                case LocalFaultException:
                    return new ProbeResult(Passed: false, cause.Message, latency) { IsLocalFault = true };
                case ReportedErrorException reported:
                    return NetworkError.Result(reported.Error, isReported: true, latency);
                case SocketException socket:
                    return NetworkError.Result(socket.SocketErrorCode, isReported: false, latency);
            }
        }

        return error is IOException // of a connection
            ? new ProbeResult(Passed: false, "the connection ended before the answer", latency)
            : new ProbeResult(Passed: false, $"unexpected {error.GetType().Name}", latency) { IsLocalFault = true, Unexpected = error };
    }
}
