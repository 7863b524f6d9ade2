using System.Net.Sockets;

namespace Gorb.Health.Probes;

/// <summary>
/// Classifies network errors. Errors of the backend or of the path to it are failures; all others, including unknown ones, are faults of this host.
/// The path's errors are all those into which the kernel turns ICMP errors (icmp_err_convert in net/ipv4/icmp.c, icmpv6_err_convert in net/ipv6/icmp.c).
/// </summary>
internal static class NetworkError
{
    /// <summary>The reason when a host refuses the protocol itself: for example the packets of a tunnel that it does not have.</summary>
    public const string ProtocolUnreachable = "protocol unreachable";

    /// <summary>Explains an error, and tells whether it is a fault of this host.</summary>
    /// <param name="error">The error. For EPROTO, .NET has only <see cref="SocketError.SocketError"/>.</param>
    /// <param name="isReported">
    /// True when the error came after the packets had left: then a permission that is missing is one on the way, of which an ICMPv6 error told.
    /// </param>
    public static (string Text, bool IsLocalFault) Explain(SocketError error, bool isReported = false) => error switch
    {
        SocketError.ConnectionRefused => ("connection refused", false),
        SocketError.ConnectionReset => ("connection reset", false),
        SocketError.ConnectionAborted or SocketError.Shutdown or SocketError.NotConnected => ("the connection ended", false),
        SocketError.HostUnreachable or SocketError.HostDown => ("no route to host", false),
        SocketError.NetworkUnreachable => ("network unreachable", false),
        SocketError.NetworkDown => ("network down", false),
        SocketError.TimedOut => ("no answer from the host", false),
        SocketError.InvalidArgument => ("no route to host: the routing table of this host drops what goes there", false), // EINVAL: a blackhole route
        SocketError.ProtocolOption => (ProtocolUnreachable, false), // ENOPROTOOPT
        SocketError.SocketError when isReported => (ProtocolUnreachable, false), // EPROTO: IPv6 hosts tell of an unknown protocol as of a header that they cannot read
        SocketError.MessageSize => ("the path to the host does not carry packets of this size", false),
        SocketError.OperationNotSupported => ("no route to host: a router refuses the packets' source route", false), // EOPNOTSUPP
        SocketError.AccessDenied when isReported => ("a firewall or router on the way forbids it (administratively prohibited)", false),
        SocketError.AccessDenied => ("the firewall or the routing table of this host forbids it, or the daemon lacks a permission (EACCES)", true),
        SocketError.TooManyOpenSockets => ("the limit of open files is reached: raise it (ulimit -n, fs.file-max)", true),
        SocketError.NoBufferSpaceAvailable => ("this host has no memory left for sockets", true),
        SocketError.AddressNotAvailable => ("no local port is free: widen net.ipv4.ip_local_port_range", true),
        SocketError.AddressFamilyNotSupported or SocketError.ProtocolFamilyNotSupported or SocketError.ProtocolNotSupported or SocketError.SocketNotSupported =>
            ("the kernel of this host does not support the protocol", true),
        _ => ($"this host cannot carry out the check ({error})", true),
    };

    public static ProbeResult Result(SocketError error, bool isReported, TimeSpan latency)
    {
        var (text, isOurFault) = Explain(error, isReported);
        return new ProbeResult(Passed: false, text, latency) { IsLocalFault = isOurFault };
    }
}
