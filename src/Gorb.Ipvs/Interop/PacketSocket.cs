using System.Runtime.InteropServices;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace Gorb.Ipvs.Interop;

/// <summary>Sends complete Ethernet frames (packet(7)). Needs CAP_NET_RAW.</summary>
internal sealed unsafe class PacketSocket : IDisposable
{
    private readonly SocketHandle _handle;

    private PacketSocket(SocketHandle handle) => _handle = handle;

    /// <exception cref="AddressException">EPERM: the process lacks the privilege.</exception>
    public static PacketSocket Open()
    {
        var descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0); // protocol 0 receives nothing
        return descriptor >= 0
            ? new PacketSocket(new SocketHandle(descriptor))
            : throw Failure("open a packet socket", (Errno)errno);
    }

    /// <summary>Sends a frame, including its Ethernet header.</summary>
    /// <param name="link">The link's index.</param>
    /// <param name="frame">The frame.</param>
    /// <exception cref="AddressException">The link is down (ENETDOWN) or gone (ENXIO, ENODEV).</exception>
    public void Send(uint link, ReadOnlySpan<byte> frame)
    {
        var to = new SocketAddressLink { Family = (ushort)AF_PACKET, Index = (int)link };
        fixed (byte* bytes = frame)
        {
            while (sendto(_handle.Descriptor, bytes, frame.Length, 0, (sockaddr*)&to, sizeof(SocketAddressLink)) < 0)
            {
                var error = (Errno)errno;
                if (error != Errno.EINTR)
                {
                    throw Failure("send a frame", error);
                }
            }
        }
    }

    public void Dispose() => _handle.Dispose();

    private static AddressException Failure(string operation, Errno error) =>
        new(operation, new KernelError(error, error == Errno.EPERM ? "it needs CAP_NET_RAW: run as root or in a container with --cap-add NET_RAW" : null));

    /// <summary>struct sockaddr_ll of linux/if_packet.h.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 20)]
    private struct SocketAddressLink
    {
        public ushort Family;
        public ushort Protocol;
        public int Index;
    }
}
