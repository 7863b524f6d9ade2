using System.Net.Sockets;
using Gorb.Health.Probes;
using Gorb.Ipvs;

namespace Gorb.Health.Epoll;

/// <summary>What the errno of a connect says about a backend, in words.</summary>
internal static class ConnectOutcome
{
    /// <param name="error">The errno.</param>
    /// <param name="isReported">True when the connect had begun, so that the network reported the error.</param>
    /// <param name="latency">The time from the start.</param>
    public static ProbeResult Of(Errno error, bool isReported, TimeSpan latency) =>
        error == Errno.None ? new ProbeResult(Passed: true, "connected", latency)
        : Known(error) is { } known ? NetworkError.Result(known, isReported, latency)
        : new ProbeResult(Passed: false, $"this host cannot connect (error {(int)error})", latency) { IsLocalFault = true };

    /// <summary>The name that .NET has for it, or null.</summary>
    private static SocketError? Known(Errno error) => error switch
    {
        Errno.ECONNREFUSED => SocketError.ConnectionRefused,
        Errno.ECONNRESET => SocketError.ConnectionReset,
        Errno.ECONNABORTED => SocketError.ConnectionAborted,
        Errno.EHOSTUNREACH => SocketError.HostUnreachable,
        Errno.EHOSTDOWN or Errno.ENONET => SocketError.HostDown,
        Errno.ENETUNREACH => SocketError.NetworkUnreachable,
        Errno.ENETDOWN => SocketError.NetworkDown,
        Errno.ETIMEDOUT => SocketError.TimedOut,
        Errno.ENOPROTOOPT => SocketError.ProtocolOption,
        Errno.EPROTO => SocketError.SocketError,
        Errno.EMSGSIZE => SocketError.MessageSize,
        Errno.EOPNOTSUPP => SocketError.OperationNotSupported,
        Errno.EINVAL => SocketError.InvalidArgument,
        Errno.EACCES or Errno.EPERM => SocketError.AccessDenied,
        Errno.EMFILE or Errno.ENFILE => SocketError.TooManyOpenSockets,
        Errno.ENOMEM or Errno.ENOBUFS or Errno.ENOSPC => SocketError.NoBufferSpaceAvailable,
        Errno.EADDRNOTAVAIL => SocketError.AddressNotAvailable,
        Errno.EAFNOSUPPORT => SocketError.AddressFamilyNotSupported,
        _ => null,
    };
}
