namespace Gorb.Ipvs.Conntrack;

/// <summary>Attributes of an entry, those that are sent or looked at (CTA_*, linux/netfilter/nfnetlink_conntrack.h).</summary>
internal enum ConntrackAttribute : ushort
{
    Original = 1,  // CTA_TUPLE_ORIG   nest of TupleAttribute: as the first packet came
    Reply = 2,     // CTA_TUPLE_REPLY  nest of TupleAttribute: as an answer is expected, after translation
    Status = 3,    // CTA_STATUS       be32, EntryStatus
    Id = 12,       // CTA_ID           be32, the same for as long as the entry lives
    Zone = 18,     // CTA_ZONE         be16; absent: 0
    Filter = 25,   // CTA_FILTER       nest of FilterAttribute; kernel 5.8, earlier ones dump all
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

/// <summary>Which parts of the tuples beside it a dump is filtered by (CTA_FILTER_*).</summary>
internal enum FilterAttribute : ushort
{
    OriginalFlags = 1,  // CTA_FILTER_ORIG_FLAGS   u32, TupleParts
    ReplyFlags = 2,     // CTA_FILTER_REPLY_FLAGS  u32, TupleParts
}

/// <summary>Attributes of the answer to GetStats (CTA_STATS_GLOBAL_*).</summary>
internal enum TableAttribute : ushort
{
    Entries = 1,  // CTA_STATS_GLOBAL_ENTRIES  be32, of all protocols in this network namespace
}

/// <summary>Parts of a tuple; part of the interface, but written down in the kernel's own net/netfilter/nf_internals.h only (CTA_FILTER_F_CTA_*).</summary>
[Flags]
internal enum TupleParts : uint
{
    Source = 1 << 0,           // CTA_FILTER_F_CTA_IP_SRC
    Destination = 1 << 1,      // CTA_FILTER_F_CTA_IP_DST
    Protocol = 1 << 3,         // CTA_FILTER_F_CTA_PROTO_NUM       the ports need it
    SourcePort = 1 << 4,       // CTA_FILTER_F_CTA_PROTO_SRC_PORT
    DestinationPort = 1 << 5,  // CTA_FILTER_F_CTA_PROTO_DST_PORT
}

/// <summary>State of an entry, the part that is looked at (linux/netfilter/nf_conntrack_common.h).</summary>
[Flags]
internal enum EntryStatus : uint
{
    DestinationRewritten = 1 << 5,  // IPS_DST_NAT  by a rule of netfilter's NAT; what IPVS translates does not have it
}
