using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Nftables;

/// <summary>Messages of nf_tables (NFT_MSG_*, linux/netfilter/nf_tables.h), those that this library sends or reads.</summary>
internal enum NftablesMessage : byte
{
    NewTable = 0,      // NFT_MSG_NEWTABLE
    GetTable = 1,      // NFT_MSG_GETTABLE
    DeleteTable = 2,   // NFT_MSG_DELTABLE     with all that is in it
    NewChain = 3,      // NFT_MSG_NEWCHAIN
    GetChain = 4,      // NFT_MSG_GETCHAIN     dump: of every table
    DeleteChain = 5,   // NFT_MSG_DELCHAIN
    NewRule = 6,       // NFT_MSG_NEWRULE
    GetRule = 7,       // NFT_MSG_GETRULE      dump: RuleAttribute.Table
    DeleteRule = 8,    // NFT_MSG_DELRULE      without a handle: all rules of the chain
    NewSet = 9,        // NFT_MSG_NEWSET
    GetSet = 10,       // NFT_MSG_GETSET       dump: SetAttribute.Table
    NewElement = 12,   // NFT_MSG_NEWSETELEM
    GetElement = 13,   // NFT_MSG_GETSETELEM   dump: ElementsAttribute.Table and Set
    DeleteElement = 14, // NFT_MSG_DELSETELEM
    GetGeneration = 16, // NFT_MSG_GETGEN
}

internal static class NftablesMessages
{
    /// <summary>NFNL_SUBSYS_NFTABLES of linux/netfilter/nfnetlink.h.</summary>
    public const byte Subsystem = 10;

    /// <summary>NFPROTO_INET: a table for IPv4 and IPv6.</summary>
    public const byte Inet = 1;

    /// <summary>NFNL_MSG_BATCH_BEGIN.</summary>
    public const MessageType Begin = (MessageType)0x10;

    /// <summary>NFNL_MSG_BATCH_END.</summary>
    public const MessageType End = (MessageType)0x11;

    /// <summary>NLM_F_CREATE: create a missing object.</summary>
    public const MessageFlags Create = (MessageFlags)0x400;

    /// <summary>NLM_F_APPEND: a rule goes behind the others of its chain.</summary>
    public const MessageFlags Append = (MessageFlags)0x800;

    /// <summary>The netlink type, with the subsystem's number in its upper byte.</summary>
    public static MessageType Type(this NftablesMessage message) => (MessageType)((Subsystem << 8) | (byte)message);
}
