using System.Runtime.InteropServices;

namespace Gorb.Ipvs.Netlink;

/// <summary>struct nlmsghdr of linux/netlink.h; every field in host order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct MessageHeader(uint Length, MessageType Type, MessageFlags Flags, uint Sequence, uint PortId)
{
    /// <summary>Bytes of this header: NLMSG_HDRLEN.</summary>
    public const int Size = 16;

    /// <summary>Rounds up to the start of the next message in a datagram: NLMSG_ALIGN, the same as NLA_ALIGN.</summary>
    public static int Align(int length) => (length + 3) & ~3;
}

/// <summary>nlmsg_type: one of the control types below, or the number of a family or of a family's message.</summary>
internal enum MessageType : ushort
{
    Noop = 1,     // NLMSG_NOOP
    Error = 2,    // NLMSG_ERROR     nlmsgerr; an error of 0 is an acknowledgement
    Done = 3,     // NLMSG_DONE      i32
    Overrun = 4,  // NLMSG_OVERRUN
    GenericControl = 0x10,  // GENL_ID_CTRL of linux/genetlink.h
}

/// <summary>nlmsg_flags (NLM_F_*), those that this library sends or reads.</summary>
[Flags]
internal enum MessageFlags : ushort
{
    None = 0,
    Request = 0x0001,          // NLM_F_REQUEST
    Multi = 0x0002,            // NLM_F_MULTI
    Acknowledge = 0x0004,      // NLM_F_ACK
    DumpInterrupted = 0x0010,  // NLM_F_DUMP_INTR
    Capped = 0x0100,           // NLM_F_CAPPED       in an error: the request's body is not repeated
    ExtendedAck = 0x0200,      // NLM_F_ACK_TLVS     in an error: attributes follow
    Dump = 0x0300,             // NLM_F_DUMP         in a request: NLM_F_ROOT | NLM_F_MATCH
}
