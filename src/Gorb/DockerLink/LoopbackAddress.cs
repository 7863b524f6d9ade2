using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gorb.Ipvs;
using Gorb.Ipvs.Interop;
using Gorb.Ipvs.Netlink;

namespace Gorb.DockerLink;

/// <summary>Addresses of the loopback device of the network namespace that the calling thread is in (rtnetlink(7)).</summary>
internal static class LoopbackAddress
{
    private const MessageType NewAddress = (MessageType)20; // RTM_NEWADDR
    private const MessageFlags Create = (MessageFlags)0x400; // NLM_F_CREATE
    private const uint LoopbackIndex = 1; // LOOPBACK_IFINDEX of net/flow.h: the first device of every namespace
    private const byte NoDuplicateDetection = 0x02; // IFA_F_NODAD

    private enum AddressAttribute : ushort
    {
        Address = 1, // IFA_ADDRESS
        Local = 2,   // IFA_LOCAL
    }

    /// <summary>Adds an address of one host; one that is there already is left alone.</summary>
    /// <exception cref="NetlinkException">The kernel cannot be asked.</exception>
    /// <exception cref="IOException">The kernel refused.</exception>
    public static void Add(IPAddress address)
    {
        using var connection = new NetlinkConnection(KernelSocket.OpenRoute);
        var bytes = address.GetAddressBytes();
        var isV6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        var request = new RequestBatch();
        var body = request.Begin(NewAddress, MessageFlags.Acknowledge | Create);
        body.WriteFixed(new AddressHeader((byte)(isV6 ? 10 : 2), (byte)(8 * bytes.Length), isV6 ? NoDuplicateDetection : (byte)0, 0, LoopbackIndex));
        body.Write(AddressAttribute.Local, bytes);
        body.Write(AddressAttribute.Address, bytes);
        request.End(body);
        var errors = new KernelError?[1];
        connection.Transact(request, errors);
        if (errors[0] is { Errno: not Errno.EEXIST } error)
        {
            throw new IOException($"the kernel will not put {address} on lo: {error.Errno} {error.Text}".TrimEnd());
        }
    }

    /// <summary>struct ifaddrmsg of linux/if_addr.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct AddressHeader(byte Family, byte PrefixLength, byte Flags, byte Scope, uint Index);
}
