using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Gorb.Model.Checks;

namespace Gorb.Health.Probes;

/// <summary>Passes when an ICMP echo request is answered.</summary>
internal sealed class PingProbe : IAsyncProbe
{
    private const byte EchoRequest4 = 8, EchoReply4 = 0, EchoRequest6 = 128, EchoReply6 = 129;
    private const int HeaderBytes = 8;
    private static int _lastNumber;

    public async Task<string> RunAsync(ProbeTarget target, CancellationToken token)
    {
        var isIpv6 = target.Address!.AddressFamily == AddressFamily.InterNetworkV6;
        using var socket = Open(target.Address.AddressFamily, isIpv6 ? ProtocolType.IcmpV6 : ProtocolType.Icmp);
        ErrorReports.Enable(socket);
        await socket.ConnectAsync(new IPEndPoint(target.Address, 0), token).ConfigureAwait(false);
        var number = Interlocked.Increment(ref _lastNumber);
        await socket.SendAsync(Request(isIpv6 ? EchoRequest6 : EchoRequest4, number), token).ConfigureAwait(false);
        var reply = new byte[1500];
        while (true)
        {
            var count = await ErrorReports.ReceiveAsync(socket, reply, token).ConfigureAwait(false);
            if (IsReply(Message(reply.AsSpan(0, count), isRawIpv4: socket.SocketType == SocketType.Raw && !isIpv6), isIpv6 ? EchoReply6 : EchoReply4, number))
            {
                return "answered";
            }
        }
    }

    /// <summary>Opens an ICMP socket: an unprivileged one when net.ipv4.ping_group_range includes the daemon's group, else a raw one.</summary>
    private static Socket Open(AddressFamily family, ProtocolType protocol)
    {
        try
        {
            return new Socket(family, SocketType.Dgram, protocol);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AccessDenied)
        {
            try
            {
                return new Socket(family, SocketType.Raw, protocol);
            }
            catch (SocketException second) when (second.SocketErrorCode == SocketError.AccessDenied)
            {
                throw new LocalFaultException("the daemon may not send ICMP: give it CAP_NET_RAW (docker run --cap-add NET_RAW), or set net.ipv4.ping_group_range to include its group");
            }
        }
    }

    /// <summary>Builds a request with the number in the data too: for an unprivileged socket the kernel replaces the identifier.</summary>
    private static byte[] Request(byte type, int number)
    {
        var message = new byte[HeaderBytes + sizeof(int)];
        message[0] = type;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), (ushort)Environment.ProcessId);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), (ushort)number);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(HeaderBytes), number);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum(message)); // for IPv6 the kernel computes the checksum
        return message;
    }

    private static ushort Checksum(ReadOnlySpan<byte> message)
    {
        uint sum = 0;
        for (var i = 0; i < message.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(message[i..]);
        }

        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~(sum + (sum >> 16));
    }

    /// <summary>The ICMP message in a packet: a raw IPv4 socket also delivers the IP header.</summary>
    private static ReadOnlySpan<byte> Message(ReadOnlySpan<byte> packet, bool isRawIpv4) =>
        !isRawIpv4 ? packet : packet.IsEmpty || packet.Length < (packet[0] & 0xF) * 4 ? [] : packet[((packet[0] & 0xF) * 4)..];

    /// <summary>True for the reply to this request. A raw socket also receives other replies, and on the loopback address the request itself.</summary>
    private static bool IsReply(ReadOnlySpan<byte> message, byte type, int number) =>
        message.Length >= HeaderBytes + sizeof(int) && message[0] == type && BinaryPrimitives.ReadInt32BigEndian(message[HeaderBytes..]) == number;
}
