using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Routes;

/// <summary>What becomes of a packet: RTN_* of linux/rtnetlink.h. A value without a name here keeps its number.</summary>
public enum RouteType
{
    /// <summary>It is forwarded or sent, to a gateway or directly.</summary>
    Unicast = 1,

    /// <summary>It is for this host.</summary>
    Local = 2,

    /// <summary>It is a broadcast.</summary>
    Broadcast = 3,

    /// <summary>It is a multicast.</summary>
    Multicast = 5,

    /// <summary>It is dropped silently.</summary>
    Blackhole = 6,

    /// <summary>It is dropped, and the sender is told that the host is unreachable.</summary>
    Unreachable = 7,

    /// <summary>It is dropped, and the sender is told that this is forbidden.</summary>
    Prohibit = 8,
}

/// <summary>The route of a packet (RTM_NEWROUTE, rtnetlink(7)).</summary>
public sealed record Route
{
    /// <summary>What becomes of the packet.</summary>
    public required RouteType Type { get; init; }

    /// <summary>The routing table in which the route was found: 254 is main, 255 is local.</summary>
    public required uint Table { get; init; }

    /// <summary>The index of the link that the packet leaves by; 0 when there is none.</summary>
    public required uint Link { get; init; }

    /// <summary>The next hop; null when the destination is on the link itself.</summary>
    public required IPAddress? Gateway { get; init; }

    /// <summary>The source address that this host would choose; null when the kernel does not tell.</summary>
    public required IPAddress? Source { get; init; }

    /// <summary>The MTU of the route or of the path as far as it was learned; null for the link's.</summary>
    public required uint? Mtu { get; init; }

    internal static Route Read(ReadOnlySpan<byte> body)
    {
        if (body.Length < RouteHeader.Size)
        {
            throw new NetlinkProtocolException($"A route message has {body.Length} bytes where at least {RouteHeader.Size} belong.");
        }

        var header = MemoryMarshal.Read<RouteHeader>(body);
        var route = new Route { Type = (RouteType)header.Type, Table = header.Table, Link = 0, Gateway = null, Source = null, Mtu = null };
        var attributes = new AttributeReader(body[RouteHeader.Size..]);
        while (attributes.Read())
        {
            route = (RouteAttribute)attributes.Type switch
            {
                RouteAttribute.OutputLink => route with { Link = attributes.AsUInt32() },
                RouteAttribute.Gateway => route with { Gateway = NeighborEntry.ReadAddress(attributes.Payload) },
                RouteAttribute.Via => route with { Gateway = ReadVia(attributes.Payload) },
                RouteAttribute.Preferred => route with { Source = NeighborEntry.ReadAddress(attributes.Payload) },
                RouteAttribute.Table => route with { Table = attributes.AsUInt32() },
                RouteAttribute.Metrics => route with { Mtu = ReadMtu(attributes.AsNest()) },
                _ => route,
            };
        }

        return route;
    }

    private static IPAddress? ReadVia(ReadOnlySpan<byte> payload) => payload.Length < sizeof(ushort)
        ? throw new NetlinkProtocolException($"A gateway has {payload.Length} bytes.")
        : MemoryMarshal.Read<ushort>(payload) is 2 or 10 ? NeighborEntry.ReadAddress(payload[sizeof(ushort)..]) : null;

    private static uint? ReadMtu(AttributeReader metrics)
    {
        while (metrics.Read())
        {
            if ((RouteMetric)metrics.Type == RouteMetric.Mtu)
            {
                return metrics.AsUInt32();
            }
        }

        return null;
    }

    internal static byte Family(IPAddress address) => (byte)(address.AddressFamily == AddressFamily.InterNetworkV6 ? 10 : 2);
}
