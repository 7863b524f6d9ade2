using System.Runtime.InteropServices;

namespace Gorb.Ipvs.Netlink;

/// <summary>struct nfgenmsg of linux/netfilter/nfnetlink.h, the fixed header before the attributes.</summary>
/// <param name="Family">2 or 10, or 0 for all address families.</param>
/// <param name="Version">NFNETLINK_V0.</param>
/// <param name="ResourceId">Network order: the subsystem that a batch is for; 0 in other messages.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NetfilterHeader(byte Family, byte Version = 0, ushort ResourceId = 0)
{
    public const int Size = 4;

    /// <summary>The attributes after this header.</summary>
    public static AttributeReader Attributes(ReadOnlySpan<byte> body) => body.Length >= Size
        ? new AttributeReader(body[Size..])
        : throw new NetlinkProtocolException($"A netfilter message has {body.Length} bytes.");
}
