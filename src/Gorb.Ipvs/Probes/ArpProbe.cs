using System.Net;
using System.Net.NetworkInformation;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Interop;

namespace Gorb.Ipvs.Probes;

/// <summary>Asks the hosts on a link who has an IPv4 address (RFC 5227, 2.1.1). It changes no host's ARP table. Needs CAP_NET_RAW.</summary>
public static class ArpProbe
{
    private const int FrameBytes = EthernetFrame.HeaderBytes + 28;
    private const ushort Reply = 2;

    /// <summary>Asks for all addresses at once, and collects the answers of the time that is given. Blocks for that time.</summary>
    /// <param name="link">An Ethernet link that is up.</param>
    /// <param name="addresses">The IPv4 addresses.</param>
    /// <param name="wait">How long to wait.</param>
    /// <returns>Each answer once; an address can have several.</returns>
    /// <exception cref="AddressException">The link is down, or the process lacks the privilege.</exception>
    public static IReadOnlyList<ProbeAnswer> Ask(NetworkLink link, IReadOnlyCollection<IPAddress> addresses, TimeSpan wait)
    {
        using var capture = CaptureSocket.OpenArp(link.Index);
        return LinkProbe.Ask(capture, link, addresses, wait, FrameBytes, BuildFrame, Read);
    }

    /// <summary>A probe: a request whose sender has no address yet.</summary>
    internal static byte[] BuildFrame(IPAddress address, PhysicalAddress hardware)
    {
        var frame = new byte[FrameBytes];
        frame.AsSpan(0, 6).Fill(0xFF);
        hardware.GetAddressBytes().CopyTo(frame, 6);
        ReadOnlySpan<byte> kind = [8, 6, 0, 1, 8, 0, 6, 4, 0, 1]; // ARP; Ethernet, IPv4, their lengths, request
        kind.CopyTo(frame.AsSpan(12));
        hardware.GetAddressBytes().CopyTo(frame, EthernetFrame.HeaderBytes + 8);
        address.GetAddressBytes().CopyTo(frame, EthernetFrame.HeaderBytes + 24);
        return frame;
    }

    private static ProbeAnswer? Read(ReadOnlySpan<byte> frame)
    {
        var arp = frame[EthernetFrame.HeaderBytes..];
        var operation = (ushort)((arp[6] << 8) | arp[7]);
        return operation == Reply && arp[4] == 6 && arp[5] == 4 ? new ProbeAnswer(new IPAddress(arp[14..18]), new PhysicalAddress(arp[8..14].ToArray())) : null;
    }
}
