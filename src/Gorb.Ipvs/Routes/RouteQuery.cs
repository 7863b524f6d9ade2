using System.Net;

namespace Gorb.Ipvs.Routes;

/// <summary>A packet whose route is asked for. With <see cref="InputLink"/> it comes in from a link, without it this host sends it.</summary>
/// <param name="Destination">The packet's destination.</param>
public sealed record RouteQuery(IPAddress Destination)
{
    /// <summary>The packet's source; null for any.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>The index of the link that the packet comes in from; null for a packet of this host. The kernel then checks the source, too (rp_filter).</summary>
    public uint? InputLink { get; init; }

    /// <summary>The index of the link that the packet must leave by; null for any.</summary>
    public uint? OutputLink { get; init; }

    /// <summary>The packet's firewall mark.</summary>
    public uint Mark { get; init; }
}
