using System.Runtime.InteropServices;

namespace Gorb.Ipvs.Interop;

/// <summary>struct sockaddr_nl of linux/netlink.h, which Tmds.LibC lacks. Port id 0 is the kernel.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SocketAddressNetlink
{
    public ushort Family;
    public ushort Pad;
    public uint PortId;
    public uint Groups;
}

/// <summary>struct timeval of sys/time.h; both members have the size of a machine word.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeValue
{
    public nint Seconds;
    public nint Microseconds;
}

/// <summary>Constants of linux/netlink.h that Tmds.LibC lacks, in their C spelling.</summary>
internal static class NetlinkConstants
{
    public const int NETLINK_ROUTE = 0;
    public const int NETLINK_SOCK_DIAG = 4;
    public const int NETLINK_NETFILTER = 12;
    public const int NETLINK_GENERIC = 16;
    public const int NETLINK_CAP_ACK = 10;
    public const int NETLINK_EXT_ACK = 11;
}
