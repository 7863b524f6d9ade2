using Gorb.Ipvs.Interop;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs;

/// <summary>Creates clients of the kernel's IPVS.</summary>
public static class IpvsClient
{
    /// <summary>Creates a client. It connects at its first call, to the network namespace of the calling thread, and stays with that namespace.</summary>
    public static IIpvsClient Create() => Create(KernelSocket.OpenGeneric);

    /// <summary>Creates a client on other sockets: a scripted kernel in tests.</summary>
    internal static IIpvsClient Create(Func<INetlinkSocket> open) => new KernelIpvsClient(new NetlinkConnection(open));
}
