using System.ComponentModel;
using System.Net.Sockets;
using System.Security.Authentication;
using DnsClient;
using Gorb.Ipvs;
using Gorb.Text;
using Grpc.Core;

namespace Gorb.Pulse.Probes;

/// <summary>A probe did not find what it expected; the message is the reason in words.</summary>
internal sealed class ProbeFailureException(string reason) : Exception(reason);

/// <summary>Turns whatever ended a probe into a reason in words.</summary>
internal static class ProbeFailure
{
    public static ProbeResult TimedOut(ProbeTarget target, TimeSpan latency) =>
        new(Passed: false, $"timed out after {Duration.Format(target.Timeout)}", latency);

    public static ProbeResult Explain(Exception error, ProbeTarget target, TimeSpan latency) => error switch
    {
        OperationCanceledException => TimedOut(target, latency),
        Win32Exception { NativeErrorCode: var errno } and not SocketException => new ProbeResult(Passed: false, Text(error), latency) { IsOurFault = IsOurFault((Errno)errno) },
        _ when Socket(error) is { } socket => new ProbeResult(Passed: false, Text(socket, target), latency) { IsOurFault = IsOurFault(socket.SocketErrorCode) },
        _ => new ProbeResult(Passed: false, Text(error), latency),
    };

    /// <summary>Libraries wrap what the socket said.</summary>
    private static SocketException? Socket(Exception? error) => error is null or SocketException ? (SocketException?)error : Socket(error.InnerException);

    private static string Text(SocketException error, ProbeTarget target) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset => "connection reset",
        SocketError.HostUnreachable => "no route to host",
        SocketError.NetworkUnreachable => "network unreachable",
        SocketError.HostNotFound or SocketError.NoData => $"{target.Host} does not resolve",
        SocketError.TryAgain => $"{target.Host} does not resolve: the name server did not answer",
        SocketError.TooManyOpenSockets => "the daemon's limit of open files is reached: raise it (ulimit -n)",
        _ => error.Message,
    };

    private static bool IsOurFault(SocketError error) =>
        error is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.AddressNotAvailable;

    /// <summary>Why a program cannot be started when it is not the program.</summary>
    private static bool IsOurFault(Errno error) => error is Errno.EAGAIN or Errno.ENOMEM or Errno.ENFILE or Errno.EMFILE;

    private static string Text(Exception error) => error switch
    {
        ProbeFailureException => error.Message,
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } =>
            "the connection ended before the answer",
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } or HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } =>
            "the answer is not HTTP",
        HttpRequestException { InnerException: { } inner } => Text(inner),
        AuthenticationException => Handshake(error),
        RpcException { Status.DebugException: { } inner } => Text(inner),
        RpcException rpc => $"{rpc.StatusCode}: {rpc.Status.Detail}",
        DnsResponseException dns => dns.InnerException is { } inner ? Text(inner) : dns.DnsError,
        Win32Exception or IOException => error.Message,
        _ => $"{error.GetType().Name}: {error.Message}",
    };

    /// <summary>Why a TLS handshake did not come about, other than by the certificate.</summary>
    public static string Handshake(Exception error) => error switch
    {
        AuthenticationException { InnerException: { } inner } => $"TLS: {Text(inner)}",
        AuthenticationException => $"TLS: {error.Message.TrimEnd('.')}",
        IOException => "the connection ended during the TLS handshake",
        _ => Text(error),
    };
}
