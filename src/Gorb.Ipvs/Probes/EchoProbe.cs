using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Interop;

namespace Gorb.Ipvs.Probes;

/// <summary>
/// Pings hosts, also for an address that this host has itself, and through tunnels, as IPVS sends packets. Answers are captured before the kernel judges
/// them. Needs CAP_NET_RAW. IPv4.
/// </summary>
public static class EchoProbe
{
    private const int IpHeader = 20;
    private const byte EchoReply = 0, Unreachable = 3, ProtocolUnreachable = 2, PortUnreachable = 3, FragmentationNeeded = 4;

    /// <summary>Sends all pings at once, and collects the results. Blocks until all are known, or for the time that is given.</summary>
    /// <exception cref="AddressException">The process lacks the privilege.</exception>
    /// <exception cref="SocketException">The process lacks the privilege.</exception>
    public static IReadOnlyList<EchoResult> Ask(IReadOnlyList<EchoTarget> targets, TimeSpan wait)
    {
        var results = new EchoResult[targets.Count];
        if (targets.Count == 0)
        {
            return results;
        }

        var id = (ushort)Random.Shared.Next(1, ushort.MaxValue);
        using var capture = CaptureSocket.OpenIcmp();
        Send(targets, id, results);
        var clock = Stopwatch.StartNew();
        var packet = new byte[2048];
        while (results.Contains(EchoResult.Silent) && wait - clock.Elapsed is { TotalMilliseconds: >= 1 } left)
        {
            var length = capture.Receive(packet, (int)left.TotalMilliseconds);
            Read(packet.AsSpan(0, length), targets, id, results);
        }

        return results;
    }

    private static void Send(IReadOnlyList<EchoTarget> targets, ushort id, EchoResult[] results)
    {
        using var frames = PacketSocket.Open();
        using var packets = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Raw);
        packets.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.HeaderIncluded, true);
        for (var i = 0; i < targets.Count; i++)
        {
            var packet = EchoPacket.Build(targets[i], id, (ushort)i);
            try
            {
                if (targets[i].Hop is { } hop)
                {
                    frames.Send(hop.Link.Index, [.. hop.Host.GetAddressBytes(), .. hop.Link.HardwareAddress.GetAddressBytes(), 8, 0, .. packet]);
                }
                else
                {
                    packets.SendTo(packet, new IPEndPoint(targets[i].TunnelEnd ?? targets[i].Destination, 0));
                }
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.MessageSize)
            {
                results[i] = EchoResult.TooLarge;
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.AccessDenied)
            {
                results[i] = EchoResult.Silent; // no route: nothing will answer
            }
        }
    }

    private static void Read(ReadOnlySpan<byte> packet, IReadOnlyList<EchoTarget> targets, ushort id, EchoResult[] results)
    {
        var header = packet.IsEmpty ? 0 : (packet[0] & 0xF) * 4;
        if (packet.Length < header + 8 || header < IpHeader)
        {
            return;
        }

        var icmp = packet[header..];
        if (icmp[0] == EchoReply && BinaryPrimitives.ReadUInt16BigEndian(icmp[4..]) == id)
        {
            Set(BinaryPrimitives.ReadUInt16BigEndian(icmp[6..]), new IPAddress(packet[12..16]), EchoResult.Answered, targets, results);
        }
        else if (icmp[0] == Unreachable && icmp.Length >= 8 + IpHeader)
        {
            var original = icmp[8..];
            var result = icmp[1] switch
            {
                ProtocolUnreachable or PortUnreachable => EchoResult.NotUnwrapped,
                FragmentationNeeded => EchoResult.TooLarge,
                _ => EchoResult.Silent,
            };
            Set(BinaryPrimitives.ReadUInt16BigEndian(original[4..]) - 1, new IPAddress(original[16..20]), result, targets, results);
        }
    }

    private static void Set(int index, IPAddress from, EchoResult result, IReadOnlyList<EchoTarget> targets, EchoResult[] results)
    {
        if (index >= 0 && index < targets.Count && (from.Equals(targets[index].Destination) || from.Equals(targets[index].TunnelEnd)))
        {
            results[index] = result;
        }
    }
}
