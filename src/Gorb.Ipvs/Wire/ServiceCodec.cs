using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Wire;

/// <summary>Encodes virtual services as <see cref="ServiceAttribute"/>.</summary>
internal static class ServiceCodec
{
    /// <summary>The flags that users set: all but IP_VS_SVC_F_HASHED (0x2), which is internal to the kernel.</summary>
    private const uint UserFlags =
        (uint)(ServiceFlags.Persistent | ServiceFlags.OnePacket | ServiceFlags.Scheduler1 | ServiceFlags.Scheduler2 | ServiceFlags.Scheduler3);

    public static void WriteKey(ref AttributeWriter writer, ServiceKey key)
    {
        var nest = writer.BeginNest(CommandAttribute.Service);
        WriteKeyAttributes(ref writer, key);
        writer.EndNest(nest);
    }

    /// <summary>Writes every setting, because a missing one is lost: the kernel drops a persistence engine that an update does not name.</summary>
    public static void Write(ref AttributeWriter writer, VirtualService service)
    {
        var nest = writer.BeginNest(CommandAttribute.Service);
        WriteKeyAttributes(ref writer, service.Key);
        writer.WriteText(ServiceAttribute.SchedulerName, service.Scheduler);
        Span<uint> flags = [(uint)service.Flags & UserFlags, UserFlags]; // struct ip_vs_flags: new = (old & ~mask) | (flags & mask)
        writer.Write(ServiceAttribute.Flags, MemoryMarshal.AsBytes(flags));
        writer.Write(ServiceAttribute.Timeout, service.PersistenceTimeout);
        WriteNetmask(ref writer, service.Netmask);
        if (service.PersistenceEngine is { } engine)
        {
            writer.WriteText(ServiceAttribute.PersistenceEngine, engine);
        }

        writer.EndNest(nest);
    }

    public static VirtualServiceEntry Read(ReadOnlySpan<byte> body)
    {
        var attributes = new AttributeReader(GenericBody.Attributes(body));
        while (attributes.Read())
        {
            if ((CommandAttribute)attributes.Type == CommandAttribute.Service)
            {
                return ReadNest(attributes.AsNest());
            }
        }

        throw new NetlinkProtocolException("A reply about a service holds none.");
    }

    private static void WriteKeyAttributes(ref AttributeWriter writer, ServiceKey key)
    {
        writer.Write(ServiceAttribute.AddressFamily, AddressCodec.ToKernel(key.Family));
        if (key.Address is not { } address)
        {
            writer.Write(ServiceAttribute.FirewallMark, key.FirewallMark);
            return;
        }

        writer.Write(ServiceAttribute.Protocol, (ushort)key.Protocol);
        AddressCodec.Write(ref writer, ServiceAttribute.Address, address);
        writer.WritePort(ServiceAttribute.Port, key.Port);
    }

    private static void WriteNetmask(ref AttributeWriter writer, Netmask netmask)
    {
        if (netmask.Family == AddressFamily.InterNetworkV6)
        {
            writer.Write(ServiceAttribute.Netmask, netmask.Value);
        }
        else
        {
            writer.WriteBigEndian(ServiceAttribute.Netmask, netmask.Value);
        }
    }

    private static VirtualServiceEntry ReadNest(AttributeReader attributes)
    {
        var raw = default(Raw);
        while (attributes.Read())
        {
            raw.Assign(attributes);
        }

        var family = AddressCodec.ToFamily(raw.Family);
        var address = raw.Mark == 0 ? AddressCodec.Read(raw.Address, family) : null;
        var key = ServiceKey.FromKernel(family, raw.Protocol, address, raw.Port, raw.Mark);
        var service = new VirtualService(key)
        {
            Scheduler = raw.Scheduler ?? Schedulers.None,
            Flags = (ServiceFlags)(raw.Flags & UserFlags),
            PersistenceTimeout = raw.Timeout,
            Netmask = ReadNetmask(raw.Netmask, family),
            PersistenceEngine = raw.Engine,
        };
        return new VirtualServiceEntry(service, StatsCodec.ReadNewest(raw.Stats, raw.Stats64));
    }

    private static Netmask ReadNetmask(ReadOnlySpan<byte> bytes, AddressFamily family)
    {
        if (bytes.Length != sizeof(uint))
        {
            throw new NetlinkProtocolException($"A netmask has {bytes.Length} bytes.");
        }

        var value = family == AddressFamily.InterNetworkV6 ? MemoryMarshal.Read<uint>(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return Netmask.FromKernel(family, value);
    }

    /// <summary>The attributes in the order of arrival. The address can be read only once its family is known, which may come last.</summary>
    private ref struct Raw
    {
        public ushort Family;
        public TransportProtocol Protocol;
        public ReadOnlySpan<byte> Address;
        public ushort Port;
        public uint Mark;
        public string? Scheduler;
        public uint Flags;
        public uint Timeout;
        public ReadOnlySpan<byte> Netmask;
        public string? Engine;
        public ReadOnlySpan<byte> Stats;
        public ReadOnlySpan<byte> Stats64;

        public void Assign(AttributeReader attribute)
        {
            switch ((ServiceAttribute)attribute.Type)
            {
                case ServiceAttribute.AddressFamily: Family = attribute.AsUInt16(); break;
                case ServiceAttribute.Protocol: Protocol = (TransportProtocol)attribute.AsUInt16(); break;
                case ServiceAttribute.Address: Address = attribute.Payload; break;
                case ServiceAttribute.Port: Port = attribute.AsPort(); break;
                case ServiceAttribute.FirewallMark: Mark = attribute.AsUInt32(); break;
                case ServiceAttribute.SchedulerName: Scheduler = attribute.AsText(); break;
                case ServiceAttribute.Flags: Flags = attribute.AsFlags(); break;
                case ServiceAttribute.Timeout: Timeout = attribute.AsUInt32(); break;
                case ServiceAttribute.Netmask: Netmask = attribute.Payload; break;
                case ServiceAttribute.PersistenceEngine: Engine = attribute.AsText(); break;
                case ServiceAttribute.Stats: Stats = attribute.Payload; break;
                case ServiceAttribute.Stats64: Stats64 = attribute.Payload; break;
            }
        }
    }
}
