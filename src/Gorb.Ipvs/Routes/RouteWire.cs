using System.Runtime.InteropServices;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Routes;

/// <summary>Messages about routes and neighbours, RTM_* of linux/rtnetlink.h.</summary>
internal static class RouteRequest
{
    public const MessageType GetRoute = (MessageType)26;
    public const MessageType GetNeighbor = (MessageType)30;
}

/// <summary>struct rtmsg of linux/rtnetlink.h; host order.</summary>
/// <param name="Family">AF_INET (2) or AF_INET6 (10).</param>
/// <param name="DestinationLength">Bits of the destination's prefix.</param>
/// <param name="SourceLength">Bits of the source's prefix.</param>
/// <param name="TypeOfService">The type of service.</param>
/// <param name="Table">The routing table; 252 (RT_TABLE_COMPAT) stands for a larger number.</param>
/// <param name="Protocol">RTPROT_*: who made the route.</param>
/// <param name="Scope">RT_SCOPE_*.</param>
/// <param name="Type">RTN_*, see <see cref="RouteType"/>.</param>
/// <param name="Flags">RTM_F_*.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct RouteHeader(
    byte Family, byte DestinationLength, byte SourceLength, byte TypeOfService, byte Table, byte Protocol, byte Scope, byte Type, uint Flags)
{
    public const int Size = 12;

    /// <summary>RTM_F_LOOKUP_TABLE: tell the table in which the route was found.</summary>
    public const uint TellTable = 0x1000;
}

/// <summary>RTA_* of linux/rtnetlink.h, those that this library reads or writes.</summary>
internal enum RouteAttribute : ushort
{
    Destination = 1, // RTA_DST
    Source = 2,      // RTA_SRC
    InputLink = 3,   // RTA_IIF
    OutputLink = 4,  // RTA_OIF
    Gateway = 5,     // RTA_GATEWAY
    Preferred = 7,   // RTA_PREFSRC
    Metrics = 8,     // RTA_METRICS
    Table = 15,      // RTA_TABLE
    Mark = 16,       // RTA_MARK
    Via = 18,        // RTA_VIA        a gateway of another family: u16 family, then the address
}

/// <summary>RTAX_*, inside <see cref="RouteAttribute.Metrics"/>.</summary>
internal enum RouteMetric : ushort
{
    Mtu = 2, // RTAX_MTU
}

/// <summary>struct ndmsg of linux/neighbour.h; host order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NeighborHeader(byte Family, byte Pad1, ushort Pad2, uint Link, ushort State, byte Flags, byte Type)
{
    public const int Size = 12;
}

/// <summary>NDA_* of linux/neighbour.h, those that this library reads.</summary>
internal enum NeighborAttribute : ushort
{
    Destination = 1,      // NDA_DST
    HardwareAddress = 2,  // NDA_LLADDR
    CacheInformation = 3, // NDA_CACHEINFO
}
