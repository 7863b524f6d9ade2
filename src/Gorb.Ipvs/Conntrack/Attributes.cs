namespace Gorb.Ipvs.Conntrack;

/// <summary>Attributes of an entry, those that this library sends or reads (CTA_*, linux/netfilter/nfnetlink_conntrack.h).</summary>
internal enum ConntrackAttribute : ushort
{
    Original = 1,  // CTA_TUPLE_ORIG   nest of TupleAttribute: the direction of the first packet
    Reply = 2,     // CTA_TUPLE_REPLY  nest of TupleAttribute: the expected reply, after translation
    Status = 3,    // CTA_STATUS       be32, EntryStatus
    Id = 12,       // CTA_ID           be32, constant for the life of the entry
    Zone = 18,     // CTA_ZONE         be16; absent: 0
    Filter = 25,   // CTA_FILTER       nest of FilterAttribute; since kernel 5.8; older kernels dump all
}

/// <summary>Attributes of one direction of a flow (CTA_TUPLE_*).</summary>
internal enum TupleAttribute : ushort
{
    Addresses = 1,  // CTA_TUPLE_IP     nest of AddressAttribute
    Transport = 2,  // CTA_TUPLE_PROTO  nest of TransportAttribute
}

/// <summary>Addresses of a direction (CTA_IP_*).</summary>
internal enum AddressAttribute : ushort
{
    Source4 = 1,       // CTA_IP_V4_SRC  4 bytes
    Destination4 = 2,  // CTA_IP_V4_DST  4 bytes
    Source6 = 3,       // CTA_IP_V6_SRC  16 bytes
    Destination6 = 4,  // CTA_IP_V6_DST  16 bytes
}

/// <summary>Transport of a direction (CTA_PROTO_*).</summary>
internal enum TransportAttribute : ushort
{
    Protocol = 1,         // CTA_PROTO_NUM       u8
    SourcePort = 2,       // CTA_PROTO_SRC_PORT  be16
    DestinationPort = 3,  // CTA_PROTO_DST_PORT  be16
}

/// <summary>Which parts of the accompanying tuples filter a dump (CTA_FILTER_*).</summary>
internal enum FilterAttribute : ushort
{
    OriginalFlags = 1,  // CTA_FILTER_ORIG_FLAGS   u32, TupleParts
    ReplyFlags = 2,     // CTA_FILTER_REPLY_FLAGS  u32, TupleParts
}

/// <summary>Attributes of the reply to GetStats (CTA_STATS_GLOBAL_*).</summary>
internal enum TableAttribute : ushort
{
    Entries = 1,  // CTA_STATS_GLOBAL_ENTRIES  be32, all protocols of this network namespace
}

/// <summary>Parts of a tuple. They are ABI, but defined only in the kernel's internal net/netfilter/nf_internals.h (CTA_FILTER_F_CTA_*).</summary>
[Flags]
internal enum TupleParts : uint
{
    Source = 1 << 0,           // CTA_FILTER_F_CTA_IP_SRC
    Destination = 1 << 1,      // CTA_FILTER_F_CTA_IP_DST
    Protocol = 1 << 3,         // CTA_FILTER_F_CTA_PROTO_NUM       required by the ports
    SourcePort = 1 << 4,       // CTA_FILTER_F_CTA_PROTO_SRC_PORT
    DestinationPort = 1 << 5,  // CTA_FILTER_F_CTA_PROTO_DST_PORT
}

/// <summary>Status bits of an entry, those that this library reads (linux/netfilter/nf_conntrack_common.h).</summary>
[Flags]
internal enum EntryStatus : uint
{
    DestinationRewritten = 1 << 5,  // IPS_DST_NAT  set by netfilter's NAT rules, not by IPVS
}
