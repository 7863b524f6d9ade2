using System.Net.Sockets;
using Gorb.Health.Probes;
using static Tmds.Linux.LibC;

namespace Gorb.Health.Epoll;

/// <summary>What the errno of a connect says about a backend, in words.</summary>
internal static class ConnectOutcome
{
    public static ProbeResult Of(int error, TimeSpan latency) =>
        error == 0 ? new ProbeResult(Passed: true, "connected", latency)
        : Known(error) is { } known ? NetworkError.Result(known, latency)
        : new ProbeResult(Passed: false, $"this host cannot connect (error {error})", latency) { IsOurFault = true };

    /// <summary>The name that .NET has for it, or null.</summary>
    private static SocketError? Known(int error) => error switch
    {
        _ when error == ECONNREFUSED => SocketError.ConnectionRefused,
        _ when error == ECONNRESET => SocketError.ConnectionReset,
        _ when error == ECONNABORTED => SocketError.ConnectionAborted,
        _ when error == EHOSTUNREACH => SocketError.HostUnreachable,
        _ when error == EHOSTDOWN => SocketError.HostDown,
        _ when error == ENETUNREACH => SocketError.NetworkUnreachable,
        _ when error == ENETDOWN => SocketError.NetworkDown,
        _ when error == ETIMEDOUT => SocketError.TimedOut,
        _ when error == EINVAL => SocketError.InvalidArgument,
        _ when error == EACCES || error == EPERM => SocketError.AccessDenied,
        _ when error == EMFILE || error == ENFILE => SocketError.TooManyOpenSockets,
        _ when error == ENOMEM || error == ENOBUFS || error == ENOSPC => SocketError.NoBufferSpaceAvailable,
        _ when error == EADDRNOTAVAIL => SocketError.AddressNotAvailable,
        _ when error == EAFNOSUPPORT => SocketError.AddressFamilyNotSupported,
        _ => null,
    };
}
