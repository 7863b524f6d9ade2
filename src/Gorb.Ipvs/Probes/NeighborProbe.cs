using System.Net;
using System.Net.NetworkInformation;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Interop;

namespace Gorb.Ipvs.Probes;

/// <summary>Asks the hosts on a link who has an IPv6 address, as duplicate address detection does (RFC 4862, 5.4). It changes no host's neighbour table. Needs CAP_NET_RAW.</summary>
public static class NeighborProbe
{
    /// <summary>As much of an advertisement as tells who answers.</summary>
    private const int FrameBytes = NeighborFrame.TargetAt + 16;

    /// <summary>Asks for all addresses at once, and collects the answers of the time that is given. Blocks for that time.</summary>
    /// <param name="link">An Ethernet link that is up, and on which IPv6 is not disabled.</param>
    /// <param name="addresses">The IPv6 addresses.</param>
    /// <param name="wait">How long to wait.</param>
    /// <returns>Each answer once; an address can have several.</returns>
    /// <exception cref="AddressException">The link is down, or the process lacks the privilege.</exception>
    public static IReadOnlyList<ProbeAnswer> Ask(NetworkLink link, IReadOnlyCollection<IPAddress> addresses, TimeSpan wait)
    {
        using var capture = CaptureSocket.OpenAdvertisements(link.Index);
        return LinkProbe.Ask(capture, link, addresses, wait, FrameBytes, NeighborFrame.Solicit, Read);
    }

    /// <summary>The capture lets advertisements pass only.</summary>
    private static ProbeAnswer Read(ReadOnlySpan<byte> frame) =>
        new(new IPAddress(frame[NeighborFrame.TargetAt..FrameBytes]), new PhysicalAddress(frame[6..12].ToArray()));
}
