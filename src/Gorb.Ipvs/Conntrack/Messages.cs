using System.Runtime.InteropServices;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Conntrack;

/// <summary>struct nfgenmsg of linux/netfilter/nfnetlink.h, the fixed header before the attributes.</summary>
/// <param name="Family">2 or 10, or 0 for all address families.</param>
/// <param name="Version">NFNETLINK_V0.</param>
/// <param name="ResourceId">Network order; unused by connection tracking.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NetfilterHeader(byte Family, byte Version = 0, ushort ResourceId = 0)
{
    public const int Size = 4;

    /// <summary>The attributes after this header.</summary>
    public static AttributeReader Attributes(ReadOnlySpan<byte> body) => body.Length >= Size
        ? new AttributeReader(body[Size..])
        : throw new NetlinkProtocolException($"A netfilter message has {body.Length} bytes.");
}

/// <summary>Messages of connection tracking (IPCTNL_MSG_CT_*). The netlink type has the subsystem's number in its upper byte.</summary>
internal enum ConntrackMessage : byte
{
    New,              // IPCTNL_MSG_CT_NEW            in replies: an entry
    Get,              // IPCTNL_MSG_CT_GET            dump: FILTER and its tuples, or no attributes for all entries
    Delete,           // IPCTNL_MSG_CT_DELETE         TUPLE_ORIG, ID, ZONE; without a tuple it deletes the whole table!
    GetAndZero,       // IPCTNL_MSG_CT_GET_CTRZERO
    GetStatsPerCpu,   // IPCTNL_MSG_CT_GET_STATS_CPU
    GetStats,         // IPCTNL_MSG_CT_GET_STATS      no attributes
}

internal static class ConntrackMessageTypes
{
    private const int Subsystem = 1; // NFNL_SUBSYS_CTNETLINK

    public static MessageType Type(this ConntrackMessage message) => (MessageType)((Subsystem << 8) | (byte)message);
}
