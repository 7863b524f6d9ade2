using System.Runtime.InteropServices;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Addresses;

/// <summary>Messages of rtnetlink(7), RTM_* of linux/rtnetlink.h.</summary>
internal static class RouteMessage
{
    public const MessageType NewLink = (MessageType)16;
    public const MessageType DeleteLink = (MessageType)17;
    public const MessageType GetLink = (MessageType)18;
    public const MessageType NewAddress = (MessageType)20;
    public const MessageType DeleteAddress = (MessageType)21;
    public const MessageType GetAddress = (MessageType)22;

    /// <summary>NLM_F_REPLACE: change an existing object.</summary>
    public const MessageFlags Replace = (MessageFlags)0x100;

    /// <summary>NLM_F_EXCL: refuse an existing object (EEXIST).</summary>
    public const MessageFlags Exclusive = (MessageFlags)0x200;

    /// <summary>NLM_F_CREATE: create a missing object.</summary>
    public const MessageFlags Create = (MessageFlags)0x400;
}

/// <summary>struct ifinfomsg of linux/rtnetlink.h; host order.</summary>
/// <param name="Family">AF_UNSPEC (0).</param>
/// <param name="Pad">0.</param>
/// <param name="Type">ARPHRD_*: 1 is Ethernet.</param>
/// <param name="Index">The link's index, or 0 when its name is given.</param>
/// <param name="Flags">IFF_*: 1 is up.</param>
/// <param name="Change">The mask of the flags to set.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct LinkHeader(byte Family, byte Pad, ushort Type, uint Index, uint Flags, uint Change)
{
    public const int Size = 16;
    public const uint Up = 1; // IFF_UP
    public const uint Running = 0x40; // IFF_RUNNING
    public const uint NoArp = 0x80; // IFF_NOARP
    public const byte AnyFamily = 0; // AF_UNSPEC
    public const ushort Ethernet = 1; // ARPHRD_ETHER
}

/// <summary>struct ifaddrmsg of linux/if_addr.h; host order.</summary>
/// <param name="Family">AF_INET (2) or AF_INET6 (10).</param>
/// <param name="PrefixLength">Bits of the network part.</param>
/// <param name="Flags">The lower eight of IFA_F_*.</param>
/// <param name="Scope">RT_SCOPE_*: 0 is global.</param>
/// <param name="Index">The link's index.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct AddressHeader(byte Family, byte PrefixLength, byte Flags, byte Scope, uint Index)
{
    public const int Size = 8;
}

/// <summary>struct ifa_cacheinfo of linux/if_addr.h: seconds, 0xFFFFFFFF for no limit; the kernel sets the time stamps in replies only.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct AddressLifetime(uint Preferred, uint Valid, uint Created = 0, uint Updated = 0)
{
    public const uint Forever = uint.MaxValue;
}

/// <summary>IFLA_* of linux/if_link.h, those that this library reads or writes.</summary>
internal enum LinkAttribute : ushort
{
    HardwareAddress = 1, // IFLA_ADDRESS
    Name = 3,            // IFLA_IFNAME
    Mtu = 4,             // IFLA_MTU
    Info = 18,           // IFLA_LINKINFO
}

/// <summary>IFLA_INFO_*, inside <see cref="LinkAttribute.Info"/>.</summary>
internal enum LinkInfoAttribute : ushort
{
    Kind = 1, // IFLA_INFO_KIND
}

/// <summary>IFA_* of linux/if_addr.h, those that this library reads or writes.</summary>
internal enum AddressAttribute : ushort
{
    Address = 1,  // IFA_ADDRESS    on a point-to-point link the peer's; else the same as LOCAL
    Local = 2,    // IFA_LOCAL      always present for IPv4
    Lifetime = 6, // IFA_CACHEINFO
    Flags = 8,    // IFA_FLAGS      all 32 bits
}
