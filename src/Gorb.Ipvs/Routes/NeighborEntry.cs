using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Routes;

/// <summary>States of a neighbour entry: NUD_* of linux/neighbour.h.</summary>
[Flags]
public enum NeighborState
{
    /// <summary>No state: on a link without neighbour discovery, or a new entry.</summary>
    None = 0,

    /// <summary>Being asked for the first time.</summary>
    Incomplete = 0x01,

    /// <summary>Known to answer.</summary>
    Reachable = 0x02,

    /// <summary>Known, but not confirmed lately.</summary>
    Stale = 0x04,

    /// <summary>Waiting for a confirmation before it is asked again.</summary>
    Delay = 0x08,

    /// <summary>Being asked again.</summary>
    Probe = 0x10,

    /// <summary>It did not answer.</summary>
    Failed = 0x20,

    /// <summary>The link has no neighbour discovery.</summary>
    NoArp = 0x40,

    /// <summary>Set by an administrator.</summary>
    Permanent = 0x80,
}

/// <summary>A neighbour: the hardware address of an IP address on a link (RTM_NEWNEIGH, rtnetlink(7)).</summary>
public sealed record NeighborEntry
{
    private static readonly TimeSpan UserTick = TimeSpan.FromMilliseconds(10); // USER_HZ is 100

    /// <summary>The index of the link.</summary>
    public required uint Link { get; init; }

    /// <summary>The IP address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Its hardware address; empty while it is unknown.</summary>
    public required PhysicalAddress HardwareAddress { get; init; }

    /// <summary>What the kernel knows of it.</summary>
    public required NeighborState State { get; init; }

    /// <summary>The time since a packet was last sent to it, in steps of 10 ms; null when the kernel does not tell.</summary>
    public TimeSpan? Unused { get; init; }

    /// <returns>The neighbour, or null for an entry that is not of an IP address (a bridge's).</returns>
    internal static NeighborEntry? Read(ReadOnlySpan<byte> body)
    {
        if (body.Length < NeighborHeader.Size)
        {
            throw new NetlinkProtocolException($"A neighbour message has {body.Length} bytes where at least {NeighborHeader.Size} belong.");
        }

        var header = MemoryMarshal.Read<NeighborHeader>(body);
        if (header.Family is not (2 or 10))
        {
            return null;
        }

        IPAddress? address = null;
        var hardware = PhysicalAddress.None;
        TimeSpan? unused = null;
        var attributes = new AttributeReader(body[NeighborHeader.Size..]);
        while (attributes.Read())
        {
            switch ((NeighborAttribute)attributes.Type)
            {
                case NeighborAttribute.Destination:
                    address = ReadAddress(attributes.Payload);
                    break;
                case NeighborAttribute.HardwareAddress:
                    hardware = new PhysicalAddress(attributes.Payload.ToArray());
                    break;
                case NeighborAttribute.CacheInformation when attributes.Payload.Length >= 2 * sizeof(uint):
                    unused = UserTick * MemoryMarshal.Read<uint>(attributes.Payload[sizeof(uint)..]); // ndm_used of struct nda_cacheinfo
                    break;
            }
        }

        return address is null ? null : new NeighborEntry { Link = header.Link, Address = address, HardwareAddress = hardware, State = (NeighborState)header.State, Unused = unused };
    }

    internal static IPAddress ReadAddress(ReadOnlySpan<byte> payload) => payload.Length is 4 or 16
        ? new IPAddress(payload)
        : throw new NetlinkProtocolException($"An address has {payload.Length} bytes.");
}
