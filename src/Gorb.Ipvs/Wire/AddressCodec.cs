using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Wire;

/// <summary>Addresses and families in the kernel's form: union nf_inet_addr, and AF_INET6, for which .NET has another number.</summary>
internal static class AddressCodec
{
    public const int Size = 16; // sizeof(union nf_inet_addr)

    private const ushort KernelInet = 2;    // AF_INET
    private const ushort KernelInet6 = 10;  // AF_INET6

    public static void Write<TAttribute>(ref AttributeWriter writer, TAttribute attribute, IPAddress address) where TAttribute : unmanaged, Enum
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes.Clear();
        address.TryWriteBytes(bytes, out _);
        writer.Write(attribute, bytes);
    }

    public static IPAddress Read(ReadOnlySpan<byte> bytes, AddressFamily family)
    {
        var length = family == AddressFamily.InterNetworkV6 ? Size : 4;
        return bytes.Length >= length
            ? new IPAddress(bytes[..length])
            : throw new NetlinkProtocolException($"An address of family {family} has {bytes.Length} bytes.");
    }

    public static ushort ToKernel(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? KernelInet6 : KernelInet;

    public static AddressFamily ToFamily(ushort kernel) => kernel switch
    {
        KernelInet => AddressFamily.InterNetwork,
        KernelInet6 => AddressFamily.InterNetworkV6,
        _ => throw new NetlinkProtocolException($"Address family {kernel} is neither IPv4 (2) nor IPv6 (10)."),
    };
}
