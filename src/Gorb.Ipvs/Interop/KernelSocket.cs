using System.Runtime.CompilerServices;
using Gorb.Ipvs.Netlink;
using Tmds.Linux;
using static Gorb.Ipvs.Interop.NetlinkConstants;
using static Tmds.Linux.LibC;

namespace Gorb.Ipvs.Interop;

/// <summary>A netlink socket to the real kernel, in the network namespace of the thread that opens it.</summary>
internal sealed unsafe class KernelSocket : INetlinkSocket
{
    /// <summary>Each refused message takes up to a kilobyte of this buffer. The kernel allocates it only as needed.</summary>
    private const int ReceiveBufferBytes = 8 * 1024 * 1024;

    /// <summary>A transaction of netfilter is one datagram, and a large one needs as much room. The kernel allocates it only as needed.</summary>
    private const int SendBufferBytes = 64 * 1024 * 1024;

    /// <summary>The kernel replies before send(2) returns, so waiting at all means that no reply will come.</summary>
    private const int ReceiveTimeoutSeconds = 5;

    private readonly SocketHandle _handle;

    private KernelSocket(SocketHandle handle, uint portId)
    {
        _handle = handle;
        PortId = portId;
    }

    public uint PortId { get; }

    /// <summary>A socket to the families of generic netlink (netlink(7)).</summary>
    /// <exception cref="NetlinkTransportException">A system call failed.</exception>
    public static KernelSocket OpenGeneric() => Open(NETLINK_GENERIC);

    /// <summary>A socket to the kernel's addresses, links and routes (rtnetlink(7)).</summary>
    /// <exception cref="NetlinkTransportException">A system call failed.</exception>
    public static KernelSocket OpenRoute() => Open(NETLINK_ROUTE);

    /// <summary>A socket to the subsystems of netfilter, such as connection tracking (linux/netfilter/nfnetlink.h).</summary>
    /// <exception cref="NetlinkTransportException">A system call failed; EPROTONOSUPPORT: the kernel has no nfnetlink, not even as a module.</exception>
    public static KernelSocket OpenNetfilter()
    {
        var socket = Open(NETLINK_NETFILTER);
        Enlarge(socket.Descriptor, SO_SNDBUFFORCE, SO_SNDBUF, SendBufferBytes);
        return socket;
    }

    /// <summary>A socket to the kernel's list of sockets (sock_diag(7)).</summary>
    /// <exception cref="NetlinkTransportException">A system call failed; EPROTONOSUPPORT: the kernel has no sock_diag.</exception>
    public static KernelSocket OpenSocketDiagnostics() => Open(NETLINK_SOCK_DIAG);

    /// <summary>A socket that receives notifications of changed links and addresses (rtnetlink(7)).</summary>
    /// <param name="groups">The groups to join: RTMGRP_* of linux/rtnetlink.h.</param>
    /// <exception cref="NetlinkTransportException">A system call failed.</exception>
    public static KernelSocket OpenRouteNotifications(uint groups) => Open(NETLINK_ROUTE, groups);

    /// <summary>The file descriptor, for poll(2).</summary>
    public int Descriptor => _handle.Descriptor;

    private static KernelSocket Open(int protocol, uint groups = 0)
    {
        var descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
        Check("socket", descriptor);
        var handle = new SocketHandle(descriptor);
        try
        {
            SetOption(descriptor, SOL_NETLINK, NETLINK_CAP_ACK, 1);
            SetOption(descriptor, SOL_NETLINK, NETLINK_EXT_ACK, 1);
            Enlarge(descriptor, SO_RCVBUFFORCE, SO_RCVBUF, ReceiveBufferBytes);
            SetOption(descriptor, SOL_SOCKET, SO_RCVTIMEO, new TimeValue { Seconds = ReceiveTimeoutSeconds });
            return new KernelSocket(handle, Bind(descriptor, groups));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public void Send(ReadOnlySpan<byte> datagram)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        // With a destination address, the kernel checks only the sender's capabilities; without one, also those of the process that opened the socket.
        var kernel = new SocketAddressNetlink { Family = (ushort)AF_NETLINK };
        fixed (byte* bytes = datagram)
        {
            while (sendto(_handle.Descriptor, bytes, datagram.Length, 0, (sockaddr*)&kernel, sizeof(SocketAddressNetlink)) < 0)
            {
                ThrowUnlessInterrupted("send");
            }
        }
    }

    public int Receive(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        while (true)
        {
            SocketAddressNetlink sender;
            socklen_t length = sizeof(SocketAddressNetlink);
            fixed (byte* bytes = buffer)
            {
                var received = (long)recvfrom(_handle.Descriptor, bytes, buffer.Length, MSG_TRUNC, (sockaddr*)&sender, &length);
                if (received < 0)
                {
                    ThrowUnlessInterrupted("receive");
                }
                else if (sender.PortId == 0) // any process may send to this socket; only messages of the kernel count
                {
                    return (int)received;
                }
            }
        }
    }

    public void Dispose() => _handle.Dispose();

    private static uint Bind(int descriptor, uint groups)
    {
        var address = new SocketAddressNetlink { Family = (ushort)AF_NETLINK, Groups = groups };
        socklen_t length = sizeof(SocketAddressNetlink);
        Check("bind", bind(descriptor, (sockaddr*)&address, length));
        Check("getsockname", getsockname(descriptor, (sockaddr*)&address, &length));
        return address.PortId;
    }

    /// <summary>Sets the size of a buffer; without privileges, only up to the limit of net.core.rmem_max or wmem_max.</summary>
    private static void Enlarge(int descriptor, int forced, int limited, int bytes)
    {
        if (setsockopt(descriptor, SOL_SOCKET, forced, &bytes, sizeof(int)) != 0)
        {
            SetOption(descriptor, SOL_SOCKET, limited, bytes);
        }
    }

    private static void SetOption<T>(int descriptor, int level, int option, T value) where T : unmanaged =>
        Check("setsockopt", setsockopt(descriptor, level, option, &value, Unsafe.SizeOf<T>()));

    private static void Check(string call, int result)
    {
        if (result < 0)
        {
            var error = errno;
            throw new NetlinkTransportException(call, (Errno)error);
        }
    }

    private static void ThrowUnlessInterrupted(string call)
    {
        var error = (Errno)errno;
        if (error != Errno.EINTR)
        {
            throw new NetlinkTransportException(call, error, Explain(error));
        }
    }

    private static string? Explain(Errno error) => error switch
    {
        Errno.EAGAIN => $"no answer within {ReceiveTimeoutSeconds} s",
        Errno.ENOBUFS => "the kernel lost replies",
        _ => null,
    };
}
