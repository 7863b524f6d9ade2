using System.Net;
using System.Net.NetworkInformation;
using Gorb.Ipvs.Addresses;

namespace Gorb.Ipvs.Probes;

/// <summary>A ping to a host, possibly for an address that routes do not lead there. IPv4.</summary>
/// <param name="Source">The address of this host to which the answer comes.</param>
/// <param name="Destination">The pinged address.</param>
public sealed record EchoTarget(IPAddress Source, IPAddress Destination)
{
    /// <summary>The bytes of the packet; it must not be fragmented.</summary>
    public int Size { get; init; } = EchoPacket.MinBytes;

    /// <summary>The link and the host on it to which the packet goes, as by direct routing; null for the way that routes lead.</summary>
    public (NetworkLink Link, PhysicalAddress Host)? Hop { get; init; }

    /// <summary>The host at the other end of a tunnel through which the packet goes; null for no tunnel.</summary>
    public IPAddress? TunnelEnd { get; init; }

    /// <summary>The kind of the tunnel.</summary>
    public TunnelOptions Tunnel { get; init; }
}

/// <summary>What became of a ping.</summary>
public enum EchoResult
{
    /// <summary>No answer came.</summary>
    Silent,

    /// <summary>It was answered.</summary>
    Answered,

    /// <summary>The host does not unwrap the tunnel: it says that it does not know the protocol or the port.</summary>
    NotUnwrapped,

    /// <summary>A router or this host says that it is too large.</summary>
    TooLarge,
}
