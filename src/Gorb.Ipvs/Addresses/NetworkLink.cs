using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Addresses;

/// <summary>A network device (RTM_NEWLINK, rtnetlink(7)).</summary>
public sealed record NetworkLink
{
    /// <summary>The device's index. A device that is created again gets another one.</summary>
    public required uint Index { get; init; }

    /// <summary>Its name, such as <c>eth0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>True when the device is administratively up.</summary>
    public required bool IsUp { get; init; }

    /// <summary>True when it is up and has a carrier: packets can leave.</summary>
    public required bool IsRunning { get; init; }

    /// <summary>True for a device with Ethernet frames. A dummy is one, too.</summary>
    public required bool IsEthernet { get; init; }

    /// <summary>True for an Ethernet device on which ARP is in use: it has neighbours, who can be told of an address.</summary>
    public required bool UsesArp { get; init; }

    /// <summary>Its hardware address; empty for a device without one.</summary>
    public required PhysicalAddress HardwareAddress { get; init; }

    /// <summary>The largest packet in bytes.</summary>
    public required uint Mtu { get; init; }

    /// <summary>The kind of a virtual device (dummy, bridge, macvlan, ...), or null for a physical one.</summary>
    public required string? Kind { get; init; }

    internal static NetworkLink Read(ReadOnlySpan<byte> body)
    {
        if (body.Length < LinkHeader.Size)
        {
            throw new NetlinkProtocolException($"A link message has {body.Length} bytes where at least {LinkHeader.Size} belong.");
        }

        var header = MemoryMarshal.Read<LinkHeader>(body);
        var (name, hardware, mtu, kind) = ("", PhysicalAddress.None, 0u, (string?)null);
        var attributes = new AttributeReader(body[LinkHeader.Size..]);
        while (attributes.Read())
        {
            switch ((LinkAttribute)attributes.Type)
            {
                case LinkAttribute.Name:
                    name = attributes.AsText();
                    break;
                case LinkAttribute.HardwareAddress:
                    hardware = new PhysicalAddress(attributes.Payload.ToArray());
                    break;
                case LinkAttribute.Mtu:
                    mtu = attributes.AsUInt32();
                    break;
                case LinkAttribute.Info:
                    kind = ReadKind(attributes.AsNest());
                    break;
            }
        }

        return new NetworkLink
        {
            Index = header.Index,
            Name = name,
            IsUp = (header.Flags & LinkHeader.Up) != 0,
            IsRunning = (header.Flags & LinkHeader.Running) != 0,
            IsEthernet = header.Type == LinkHeader.Ethernet,
            UsesArp = header.Type == LinkHeader.Ethernet && (header.Flags & LinkHeader.NoArp) == 0,
            HardwareAddress = hardware,
            Mtu = mtu,
            Kind = kind,
        };
    }

    private static string? ReadKind(AttributeReader info)
    {
        while (info.Read())
        {
            if ((LinkInfoAttribute)info.Type == LinkInfoAttribute.Kind)
            {
                return info.AsText();
            }
        }

        return null;
    }
}
