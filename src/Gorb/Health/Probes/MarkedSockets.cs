using System.Net.Sockets;
using Gorb.Ipvs;
using Gorb.Ipvs.Sockets;

namespace Gorb.Health.Probes;

/// <summary>Sets the mark and the source of the sockets of probes by path.</summary>
internal static class MarkedSockets
{
    /// <param name="socket">A socket that is neither bound nor connected.</param>
    /// <param name="origin">The mark and the source; null to leave the socket alone.</param>
    /// <exception cref="LocalFaultException">The kernel refuses.</exception>
    public static void Apply(Socket socket, MarkedSource? origin)
    {
        if (origin is { } source && source.Apply((int)socket.Handle) is not Errno.None and var error)
        {
            throw new LocalFaultException(Explain(error, source));
        }
    }

    /// <summary>Explains why the kernel refuses the mark or the source.</summary>
    public static string Explain(Errno error, MarkedSource source) => error switch
    {
        Errno.EPERM or Errno.EACCES => "a check by path marks its packets, which needs CAP_NET_ADMIN",
        Errno.EADDRNOTAVAIL => $"{source.Source.Address} is no address of this host any more",
        _ => $"a check by path cannot bind to {source.Source.Address} ({error})",
    };
}
