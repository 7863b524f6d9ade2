using System.Net.Sockets;

namespace Gorb.Health.Probes;

/// <summary>
/// Classifies network errors. Errors of the backend or of the path to it are failures; all others, including unknown ones, are faults of this host.
/// </summary>
internal static class NetworkError
{
    /// <summary>Explains an error, and tells whether it is a fault of this host.</summary>
    public static (string Text, bool IsLocalFault) Explain(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => ("connection refused", false),
        SocketError.ConnectionReset => ("connection reset", false),
        SocketError.ConnectionAborted or SocketError.Shutdown or SocketError.NotConnected => ("the connection ended", false),
        SocketError.HostUnreachable or SocketError.HostDown => ("no route to host", false),
        SocketError.NetworkUnreachable => ("network unreachable", false),
        SocketError.NetworkDown => ("network down", false),
        SocketError.TimedOut => ("no answer from the host", false),
        SocketError.InvalidArgument => ("no route to host: the routing table of this host drops what goes there", false), // EINVAL: a blackhole route
        SocketError.AccessDenied => ("the firewall or the routing table of this host forbids it, or the daemon lacks a permission (EACCES)", true),
        SocketError.TooManyOpenSockets => ("the limit of open files is reached: raise it (ulimit -n, fs.file-max)", true),
        SocketError.NoBufferSpaceAvailable => ("this host has no memory left for sockets", true),
        SocketError.AddressNotAvailable => ("no local port is free: widen net.ipv4.ip_local_port_range", true),
        SocketError.AddressFamilyNotSupported or SocketError.ProtocolFamilyNotSupported or SocketError.ProtocolNotSupported or SocketError.SocketNotSupported =>
            ("the kernel of this host does not support the protocol", true),
        _ => ($"this host cannot carry out the check ({error})", true),
    };

    public static ProbeResult Result(SocketError error, TimeSpan latency)
    {
        var (text, isOurFault) = Explain(error);
        return new ProbeResult(Passed: false, text, latency) { IsLocalFault = isOurFault };
    }
}
