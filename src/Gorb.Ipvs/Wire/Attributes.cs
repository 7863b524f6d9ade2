namespace Gorb.Ipvs.Wire;

/// <summary>Top-level attributes (IPVS_CMD_ATTR_*).</summary>
internal enum CommandAttribute : ushort
{
    Unspecified,    // IPVS_CMD_ATTR_UNSPEC
    Service,        // IPVS_CMD_ATTR_SERVICE          nest of ServiceAttribute
    Destination,    // IPVS_CMD_ATTR_DEST             nest of DestinationAttribute
    Daemon,         // IPVS_CMD_ATTR_DAEMON           nest of DaemonAttribute
    TimeoutTcp,     // IPVS_CMD_ATTR_TIMEOUT_TCP      u32, seconds
    TimeoutTcpFin,  // IPVS_CMD_ATTR_TIMEOUT_TCP_FIN  u32, seconds
    TimeoutUdp,     // IPVS_CMD_ATTR_TIMEOUT_UDP      u32, seconds
}

/// <summary>Attributes of a virtual service (IPVS_SVC_ATTR_*).</summary>
internal enum ServiceAttribute : ushort
{
    Unspecified,        // IPVS_SVC_ATTR_UNSPEC
    AddressFamily,      // IPVS_SVC_ATTR_AF          u16: 2 or 10
    Protocol,           // IPVS_SVC_ATTR_PROTOCOL    u16
    Address,            // IPVS_SVC_ATTR_ADDR        16 bytes; IPv4 uses the first 4
    Port,               // IPVS_SVC_ATTR_PORT        be16
    FirewallMark,       // IPVS_SVC_ATTR_FWMARK      u32; overrides protocol, address and port
    SchedulerName,      // IPVS_SVC_ATTR_SCHED_NAME  text, 15 characters
    Flags,              // IPVS_SVC_ATTR_FLAGS       u32 flags, u32 mask
    Timeout,            // IPVS_SVC_ATTR_TIMEOUT     u32, seconds
    Netmask,            // IPVS_SVC_ATTR_NETMASK     IPv4: be32 mask; IPv6: u32 prefix length
    Stats,              // IPVS_SVC_ATTR_STATS       nest of StatsAttribute
    PersistenceEngine,  // IPVS_SVC_ATTR_PE_NAME     text, 16 characters
    Stats64,            // IPVS_SVC_ATTR_STATS64     nest of StatsAttribute; since kernel 4.1
}

/// <summary>Attributes of a destination (IPVS_DEST_ATTR_*).</summary>
internal enum DestinationAttribute : ushort
{
    Unspecified,            // IPVS_DEST_ATTR_UNSPEC
    Address,                // IPVS_DEST_ATTR_ADDR           16 bytes; IPv4 uses the first 4
    Port,                   // IPVS_DEST_ATTR_PORT           be16
    ForwardingMethod,       // IPVS_DEST_ATTR_FWD_METHOD     u32; the low 3 bits
    Weight,                 // IPVS_DEST_ATTR_WEIGHT         u32, read as i32
    UpperThreshold,         // IPVS_DEST_ATTR_U_THRESH       u32
    LowerThreshold,         // IPVS_DEST_ATTR_L_THRESH       u32
    ActiveConnections,      // IPVS_DEST_ATTR_ACTIVE_CONNS   u32, replies only
    InactiveConnections,    // IPVS_DEST_ATTR_INACT_CONNS    u32, replies only
    PersistentConnections,  // IPVS_DEST_ATTR_PERSIST_CONNS  u32, replies only
    Stats,                  // IPVS_DEST_ATTR_STATS          nest of StatsAttribute
    AddressFamily,          // IPVS_DEST_ATTR_ADDR_FAMILY    u16; absent: the service's; since kernel 3.18
    Stats64,                // IPVS_DEST_ATTR_STATS64        nest of StatsAttribute; since kernel 4.1
    TunnelType,             // IPVS_DEST_ATTR_TUN_TYPE       u8; since kernel 5.2
    TunnelPort,             // IPVS_DEST_ATTR_TUN_PORT       be16; since kernel 5.2
    TunnelFlags,            // IPVS_DEST_ATTR_TUN_FLAGS      u16; since kernel 5.3
}

/// <summary>Attributes of a sync daemon (IPVS_DAEMON_ATTR_*).</summary>
internal enum DaemonAttribute : ushort
{
    Unspecified,      // IPVS_DAEMON_ATTR_UNSPEC
    State,            // IPVS_DAEMON_ATTR_STATE         u32: 1 master, 2 backup
    Interface,        // IPVS_DAEMON_ATTR_MCAST_IFN     text, 15 characters
    SyncId,           // IPVS_DAEMON_ATTR_SYNC_ID       u32
    MaximumLength,    // IPVS_DAEMON_ATTR_SYNC_MAXLEN   u16
    MulticastGroup,   // IPVS_DAEMON_ATTR_MCAST_GROUP   be32
    MulticastGroup6,  // IPVS_DAEMON_ATTR_MCAST_GROUP6  16 bytes
    MulticastPort,    // IPVS_DAEMON_ATTR_MCAST_PORT    u16, host order
    MulticastTtl,     // IPVS_DAEMON_ATTR_MCAST_TTL     u8
}

/// <summary>Attributes of traffic counters (IPVS_STATS_ATTR_*): in the old form u32 except for bytes, in the new form all u64.</summary>
internal enum StatsAttribute : ushort
{
    Unspecified,           // IPVS_STATS_ATTR_UNSPEC
    Connections,           // IPVS_STATS_ATTR_CONNS
    InPackets,             // IPVS_STATS_ATTR_INPKTS
    OutPackets,            // IPVS_STATS_ATTR_OUTPKTS
    InBytes,               // IPVS_STATS_ATTR_INBYTES
    OutBytes,              // IPVS_STATS_ATTR_OUTBYTES
    ConnectionsPerSecond,  // IPVS_STATS_ATTR_CPS
    InPacketsPerSecond,    // IPVS_STATS_ATTR_INPPS
    OutPacketsPerSecond,   // IPVS_STATS_ATTR_OUTPPS
    InBytesPerSecond,      // IPVS_STATS_ATTR_INBPS
    OutBytesPerSecond,     // IPVS_STATS_ATTR_OUTBPS
    Pad,                   // IPVS_STATS_ATTR_PAD       aligns u64 on some machines
}

/// <summary>Attributes of the reply to GetInfo, at top level (IPVS_INFO_ATTR_*).</summary>
internal enum InfoAttribute : ushort
{
    Unspecified,          // IPVS_INFO_ATTR_UNSPEC
    Version,              // IPVS_INFO_ATTR_VERSION        u32: 0x010201 is 1.2.1
    ConnectionTableSize,  // IPVS_INFO_ATTR_CONN_TAB_SIZE  u32
}
