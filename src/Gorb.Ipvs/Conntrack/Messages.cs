using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Conntrack;

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
