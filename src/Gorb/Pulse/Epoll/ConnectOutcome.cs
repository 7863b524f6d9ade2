using System.ComponentModel;
using Gorb.Pulse.Probes;
using static Tmds.Linux.LibC;

namespace Gorb.Pulse.Epoll;

/// <summary>What the errno of a connect says about a backend, in words.</summary>
internal static class ConnectOutcome
{
    public static ProbeResult Of(int error, TimeSpan latency)
    {
        if (error == 0)
        {
            return new ProbeResult(Passed: true, "connected", latency);
        }

        var text = Text(error);
        return new ProbeResult(Passed: false, text ?? new Win32Exception(error).Message, latency) { IsOurFault = IsOurFault(error) };
    }

    /// <summary>Null for what has no words of our own.</summary>
    private static string? Text(int error) => error switch
    {
        _ when error == ECONNREFUSED => "connection refused",
        _ when error == ECONNRESET => "connection reset",
        _ when error == EHOSTUNREACH => "no route to host",
        _ when error == ENETUNREACH => "network unreachable",
        _ when error == EMFILE => "the daemon's limit of open files is reached: raise it (ulimit -n)",
        _ when error == ENFILE => "the system's limit of open files is reached: raise fs.file-max",
        _ when error == EADDRNOTAVAIL => "no local port is free: widen net.ipv4.ip_local_port_range",
        _ => null,
    };

    /// <summary>True when this machine lacks something, so that nothing has been learned about the backend.</summary>
    private static bool IsOurFault(int error) =>
        error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS || error == EADDRNOTAVAIL || error == ENOSPC;
}
