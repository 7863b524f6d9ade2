using Gorb.Ipvs.Interop;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs;

/// <summary>Opens the kernel's IPVS.</summary>
public static class IpvsClient
{
    /// <summary>
    /// Makes a client. It speaks to the kernel at its first call, and from then on to the network namespace of the thread that made that call.
    /// </summary>
    public static IIpvsClient Create() => Create(KernelSocket.OpenGeneric);

    /// <summary>A client of whatever stands behind the sockets.</summary>
    internal static IIpvsClient Create(Func<INetlinkSocket> open) => new KernelIpvsClient(new NetlinkConnection(open));
}
