using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Sockets;

/// <summary>Asks for one TCP socket by its addresses and ports (SOCK_DIAG_BY_FAMILY of linux/sock_diag.h, linux/inet_diag.h). Not thread-safe.</summary>
internal sealed class SocketQuery(Func<INetlinkSocket> open) : IDisposable
{
    private const MessageType ByFamily = (MessageType)20; // SOCK_DIAG_BY_FAMILY
    private const byte Tcp = 6; // IPPROTO_TCP
    private const byte InterNetwork = 2; // AF_INET
    private const byte InterNetworkV6 = 10; // AF_INET6

    private readonly NetlinkConnection _connection = new(open);
    private readonly RequestBatch _request = new();

    /// <param name="local">The socket's own address, not an IPv4 address in an IPv6 one.</param>
    /// <param name="remote">The address of its peer.</param>
    /// <param name="error">The kernel's refusal, except ENOENT, which stands for "no such socket" and for "no module tcp_diag".</param>
    /// <returns>The socket; null when the kernel named none.</returns>
    /// <exception cref="NetlinkException">The exchange broke.</exception>
    public SocketDescription? Find(IPEndPoint local, IPEndPoint remote, out KernelError? error)
    {
        _request.Clear();
        var body = _request.Begin(ByFamily, MessageFlags.None);
        body.WriteFixed(new Request
        {
            Family = local.AddressFamily == AddressFamily.InterNetworkV6 ? InterNetworkV6 : InterNetwork,
            Protocol = Tcp,
            States = uint.MaxValue,
            Socket = SocketName.Of(local, remote),
        });
        _request.End(body);
        var refusal = _connection.Get(_request, Read, out var reply);
        error = refusal is { Errno: Errno.ENOENT } ? null : refusal;
        return refusal is null && reply.Name.Connects(local, remote, reply.Family) ? reply.Socket : null; // without a connection the kernel names a listener
    }

    public void Dispose() => _connection.Dispose();

    private static (byte Family, SocketName Name, SocketDescription Socket) Read(ReadOnlySpan<byte> body)
    {
        if (body.Length < Unsafe.SizeOf<Reply>())
        {
            throw new NetlinkProtocolException($"The description of a socket has {body.Length} bytes where at least {Unsafe.SizeOf<Reply>()} belong.");
        }

        var reply = MemoryMarshal.Read<Reply>(body);
        return (reply.Family, reply.Socket, new SocketDescription((TcpState)reply.State, reply.User, reply.Inode));
    }

    /// <summary>struct inet_diag_req_v2.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Request
    {
        public byte Family;
        public byte Protocol;
        public byte Extensions;
        public byte Pad;
        public uint States;
        public SocketName Socket;
    }

    /// <summary>struct inet_diag_msg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Reply
    {
        public byte Family;
        public byte State;
        public byte Timer;
        public byte Retransmissions;
        public SocketName Socket;
        public uint Expires;
        public uint ReceiveQueue;
        public uint SendQueue;
        public uint User;
        public uint Inode;
    }

    /// <summary>struct inet_diag_sockid: ports and addresses in network order.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct SocketName
    {
        /// <summary>INET_DIAG_NOCOOKIE: any socket with these addresses.</summary>
        private const ulong NoCookie = ulong.MaxValue;

        /// <summary>The index of the loopback device in every network namespace. A socket that is bound to the device is found by it only, others by any.</summary>
        private const uint Loopback = 1;

        private ushort _localPort;
        private ushort _remotePort;
        private AddressBytes _local;
        private AddressBytes _remote;
        private uint _device;
        private uint _cookieLow;
        private uint _cookieHigh;

        public static SocketName Of(IPEndPoint local, IPEndPoint remote) => new()
        {
            _localPort = NetworkOrder(local),
            _remotePort = NetworkOrder(remote),
            _local = AddressBytes.Of(local.Address),
            _remote = AddressBytes.Of(remote.Address),
            _device = Loopback,
            _cookieLow = unchecked((uint)NoCookie),
            _cookieHigh = unchecked((uint)NoCookie),
        };

        public readonly bool Connects(IPEndPoint local, IPEndPoint remote, byte family) =>
            _localPort == NetworkOrder(local) && _remotePort == NetworkOrder(remote) && _local.Is(local.Address, family) && _remote.Is(remote.Address, family);

        private static ushort NetworkOrder(IPEndPoint endpoint) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness((ushort)endpoint.Port) : (ushort)endpoint.Port;
    }

    [InlineArray(16)]
    private struct AddressBytes
    {
        private byte _first;

        public static AddressBytes Of(IPAddress address)
        {
            var bytes = default(AddressBytes);
            address.TryWriteBytes(bytes, out _);
            return bytes;
        }

        /// <summary>Compares with an address. A socket of the family IPv6 has an IPv4 address in an IPv6 one.</summary>
        public readonly bool Is(IPAddress address, byte family)
        {
            var bytes = Of(family == InterNetworkV6 ? address.MapToIPv6() : address);
            return ((ReadOnlySpan<byte>)this).SequenceEqual(bytes);
        }
    }
}
