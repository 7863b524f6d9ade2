using System.Net.Sockets;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Wire;

/// <summary>Encodes destinations as <see cref="DestinationAttribute"/>.</summary>
internal static class DestinationCodec
{
    private const uint ForwardingMask = 0x7; // IP_VS_CONN_F_FWD_MASK

    public static void WriteKey(ref AttributeWriter writer, DestinationKey key)
    {
        var nest = writer.BeginNest(CommandAttribute.Destination);
        WriteKeyAttributes(ref writer, key);
        writer.EndNest(nest);
    }

    /// <summary>Writes every setting, because the kernel takes a missing one for zero.</summary>
    public static void Write(ref AttributeWriter writer, Destination destination)
    {
        var nest = writer.BeginNest(CommandAttribute.Destination);
        WriteKeyAttributes(ref writer, destination.Key);
        writer.Write(DestinationAttribute.ForwardingMethod, (uint)destination.Forwarding);
        writer.Write(DestinationAttribute.Weight, (uint)destination.Weight);
        writer.Write(DestinationAttribute.UpperThreshold, destination.UpperThreshold);
        writer.Write(DestinationAttribute.LowerThreshold, destination.LowerThreshold);
        if (destination.Forwarding == ForwardingMethod.Tunnel)
        {
            writer.Write(DestinationAttribute.TunnelType, (byte)destination.Tunnel.Type);
            writer.WritePort(DestinationAttribute.TunnelPort, destination.Tunnel.Port);
            writer.Write(DestinationAttribute.TunnelFlags, (ushort)destination.Tunnel.Checksum);
        }

        writer.EndNest(nest);
    }

    /// <param name="body">A reply to GetDestination.</param>
    /// <param name="serviceFamily">The family to assume when the kernel does not send it.</param>
    public static DestinationEntry Read(ReadOnlySpan<byte> body, AddressFamily serviceFamily)
    {
        var attributes = new AttributeReader(GenericBody.Attributes(body));
        while (attributes.Read())
        {
            if ((CommandAttribute)attributes.Type == CommandAttribute.Destination)
            {
                return ReadNest(attributes.AsNest(), serviceFamily);
            }
        }

        throw new NetlinkProtocolException("A reply about a destination holds none.");
    }

    private static void WriteKeyAttributes(ref AttributeWriter writer, DestinationKey key)
    {
        AddressCodec.Write(ref writer, DestinationAttribute.Address, key.Address);
        writer.WritePort(DestinationAttribute.Port, key.Port);
        writer.Write(DestinationAttribute.AddressFamily, AddressCodec.ToKernel(key.Address.AddressFamily));
    }

    private static DestinationEntry ReadNest(AttributeReader attributes, AddressFamily serviceFamily)
    {
        var raw = default(Raw);
        while (attributes.Read())
        {
            raw.Assign(attributes);
        }

        var family = raw.Family == 0 ? serviceFamily : AddressCodec.ToFamily(raw.Family);
        var forwarding = (ForwardingMethod)(raw.Forwarding & ForwardingMask);
        var destination = new Destination(new DestinationKey(AddressCodec.Read(raw.Address, family), raw.Port))
        {
            Forwarding = forwarding,
            Weight = (int)raw.Weight,
            UpperThreshold = raw.Upper,
            LowerThreshold = raw.Lower,
            Tunnel = forwarding == ForwardingMethod.Tunnel ? raw.Tunnel : default,
        };
        return new DestinationEntry(destination, StatsCodec.ReadNewest(raw.Stats, raw.Stats64))
        {
            ActiveConnections = raw.Active,
            InactiveConnections = raw.Inactive,
            PersistentConnections = raw.Persistent,
        };
    }

    /// <summary>The attributes in the order of arrival. The address can be read only once its family is known, which comes later.</summary>
    private ref struct Raw
    {
        public ReadOnlySpan<byte> Address;
        public ushort Port;
        public ushort Family;
        public uint Forwarding;
        public uint Weight;
        public uint Upper;
        public uint Lower;
        public uint Active;
        public uint Inactive;
        public uint Persistent;
        public TunnelOptions Tunnel;
        public ReadOnlySpan<byte> Stats;
        public ReadOnlySpan<byte> Stats64;

        public void Assign(AttributeReader attribute)
        {
            switch ((DestinationAttribute)attribute.Type)
            {
                case DestinationAttribute.Address: Address = attribute.Payload; break;
                case DestinationAttribute.Port: Port = attribute.AsPort(); break;
                case DestinationAttribute.AddressFamily: Family = attribute.AsUInt16(); break;
                case DestinationAttribute.ForwardingMethod: Forwarding = attribute.AsUInt32(); break;
                case DestinationAttribute.Weight: Weight = attribute.AsUInt32(); break;
                case DestinationAttribute.UpperThreshold: Upper = attribute.AsUInt32(); break;
                case DestinationAttribute.LowerThreshold: Lower = attribute.AsUInt32(); break;
                case DestinationAttribute.ActiveConnections: Active = attribute.AsUInt32(); break;
                case DestinationAttribute.InactiveConnections: Inactive = attribute.AsUInt32(); break;
                case DestinationAttribute.PersistentConnections: Persistent = attribute.AsUInt32(); break;
                case DestinationAttribute.TunnelType: Tunnel = Tunnel with { Type = (TunnelType)attribute.AsByte() }; break;
                case DestinationAttribute.TunnelPort: Tunnel = Tunnel with { Port = attribute.AsPort() }; break;
                case DestinationAttribute.TunnelFlags: Tunnel = Tunnel with { Checksum = (TunnelChecksum)attribute.AsUInt16() }; break;
                case DestinationAttribute.Stats: Stats = attribute.Payload; break;
                case DestinationAttribute.Stats64: Stats64 = attribute.Payload; break;
            }
        }
    }
}
