using System.Runtime.InteropServices;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace Gorb.Ipvs.Interop;

/// <summary>Receives packets of one kind as they come in, before the kernel judges them (packet(7)). Needs CAP_NET_RAW.</summary>
internal sealed unsafe class CaptureSocket : IDisposable
{
    private readonly SocketHandle _handle;

    private CaptureSocket(SocketHandle handle) => _handle = handle;

    /// <summary>Captures ARP packets of a link, with their Ethernet header.</summary>
    /// <exception cref="AddressException">The process lacks the privilege, or there is no such link.</exception>
    public static CaptureSocket OpenArp(uint link) => Open(SOCK_RAW, 0x0806, link, []);

    /// <summary>Captures neighbour advertisements (IPv6) of a link, with their Ethernet header.</summary>
    /// <exception cref="AddressException">The process lacks the privilege, or there is no such link.</exception>
    public static CaptureSocket OpenAdvertisements(uint link) => Open(SOCK_RAW, 0x86DD, link,
    [
        new FilterStep(0x30, 0, 0, NeighborFrame.ProtocolAt), // load that byte
        new FilterStep(0x15, 0, 3, NeighborFrame.Icmp), // ICMPv6: go on; else skip three
        new FilterStep(0x30, 0, 0, NeighborFrame.MessageAt), // load the type
        new FilterStep(0x15, 0, 1, NeighborFrame.AdvertisementType),
        new FilterStep(0x06, 0, 0, uint.MaxValue), // take all of it
        new FilterStep(0x06, 0, 0, 0), // take nothing
    ]);

    /// <summary>Captures ICMP packets (IPv4) of all links, from their IP header on.</summary>
    /// <exception cref="AddressException">The process lacks the privilege.</exception>
    public static CaptureSocket OpenIcmp() => Open(SOCK_DGRAM, 0x0800, 0,
    [
        new FilterStep(0x30, 0, 0, 9), // load the byte at 9, the protocol
        new FilterStep(0x15, 0, 1, 1), // ICMP: go on; else skip one
        new FilterStep(0x06, 0, 0, uint.MaxValue), // take all of it
        new FilterStep(0x06, 0, 0, 0), // take nothing
    ]);

    /// <summary>Waits for a packet.</summary>
    /// <param name="buffer">Receives it; what does not fit is cut off.</param>
    /// <param name="milliseconds">How long to wait.</param>
    /// <returns>Its length; 0 when none came.</returns>
    /// <exception cref="AddressException">The link is gone or down.</exception>
    public int Receive(Span<byte> buffer, int milliseconds)
    {
        var wait = new pollfd { fd = _handle.Descriptor, events = POLLIN };
        if (poll(&wait, 1, milliseconds) <= 0)
        {
            return 0;
        }

        fixed (byte* bytes = buffer)
        {
            var length = (long)recvfrom(_handle.Descriptor, bytes, buffer.Length, MSG_DONTWAIT, null, null);
            return length >= 0 ? (int)length : (Errno)errno is Errno.EAGAIN or Errno.EINTR ? 0 : throw Failure("receive a packet");
        }
    }

    public void Dispose() => _handle.Dispose();

    private static CaptureSocket Open(int kind, ushort protocol, uint link, ReadOnlySpan<FilterStep> filter)
    {
        var descriptor = socket(AF_PACKET, kind | SOCK_CLOEXEC, 0); // of no protocol until it is bound: nothing comes in before the filter
        if (descriptor < 0)
        {
            throw Failure("open a packet socket");
        }

        var handle = new SocketHandle(descriptor);
        try
        {
            if (!filter.IsEmpty && !SocketFilter.Attach(descriptor, filter))
            {
                throw Failure("filter packets");
            }

            var address = new SocketAddressLink { Family = (ushort)AF_PACKET, Protocol = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(protocol), Index = (int)link };
            if (bind(descriptor, (sockaddr*)&address, sizeof(SocketAddressLink)) != 0)
            {
                throw Failure("capture packets");
            }

            return new CaptureSocket(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static AddressException Failure(string operation)
    {
        var error = (Errno)errno;
        return new(operation, new KernelError(error, error == Errno.EPERM ? "it needs CAP_NET_RAW: run as root or in a container with --cap-add NET_RAW" : null));
    }

    /// <summary>struct sockaddr_ll of linux/if_packet.h.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 20)]
    private struct SocketAddressLink
    {
        public ushort Family;
        public ushort Protocol;
        public int Index;
    }
}
