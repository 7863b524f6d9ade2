using System.Net.Sockets;
using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Wire;

namespace Gorb.Ipvs.Conntrack;

/// <summary>
/// Recognizes the UDP flows that IPVS translates (NAT) from a virtual service to one of its destinations: their packets are sent to the service's address,
/// and replies come from the destination's. Direct routing and tunnels translate nothing, so an entry does not show its destination.
/// </summary>
/// <param name="service">The service, by address or by firewall mark.</param>
/// <param name="destination">The destination; port 0 means the service's port.</param>
internal sealed class BalancedFlows(ServiceKey service, DestinationKey destination)
{
    private readonly byte[]? _virtual = service.Address?.GetAddressBytes();
    private readonly byte[] _real = destination.Address.GetAddressBytes();
    private readonly ushort _realPort = destination.Port != 0 ? destination.Port : service.Port;

    /// <summary>The kernel's number of the address family.</summary>
    public byte Family { get; } = (byte)AddressCodec.ToKernel(service.Family);

    /// <summary>True when an entry is one of these flows.</summary>
    public bool Contains(in ConntrackEntry entry) =>
        entry.Original.Protocol == TransportProtocol.Udp
        && entry.Reply.Source.SequenceEqual(_real)
        && (_realPort == 0 || entry.Reply.SourcePort == _realPort)
        && (_virtual is null ? IsBalanced(entry) : IsForService(entry.Original));

    /// <summary>
    /// Lets the kernel filter the dump. This only saves reading, and callers still check each entry: kernels before 5.8 have no filter. For IPv6 only the
    /// ports are filtered, because some kernels (6.1) treat equal addresses as different there.
    /// </summary>
    public void WriteFilter(ref AttributeWriter writer)
    {
        var original = TupleParts.Protocol | (service.Port == 0 ? 0 : TupleParts.DestinationPort);
        var reply = TupleParts.Protocol | (_realPort == 0 ? 0 : TupleParts.SourcePort);
        if (service.Family == AddressFamily.InterNetwork)
        {
            original |= _virtual is null ? 0 : TupleParts.Destination;
            reply |= TupleParts.Source;
        }

        WriteTuple(ref writer, ConntrackAttribute.Original, original, _virtual, service.Port);
        WriteTuple(ref writer, ConntrackAttribute.Reply, reply, _real, _realPort);
        var filter = writer.BeginMarkedNest(ConntrackAttribute.Filter);
        writer.Write(FilterAttribute.OriginalFlags, (uint)original);
        writer.Write(FilterAttribute.ReplyFlags, (uint)reply);
        writer.EndNest(filter);
    }

    private bool IsForService(in ConntrackTuple original) =>
        original.Destination.SequenceEqual(_virtual) && (service.Port == 0 || original.DestinationPort == service.Port);

    /// <summary>
    /// Recognizes a flow of a firewall-mark service, which has no address to compare; an entry does not keep the packet's mark. Flows that reach the
    /// destination without IPVS are excluded: a direct flow was sent to the address that replies, and a flow of a netfilter NAT rule has that rule's
    /// status bit. A flow of another service to the same destination is included: IPVS keeps its own table, so the next packet creates a new entry.
    /// </summary>
    private static bool IsBalanced(in ConntrackEntry entry) =>
        !entry.Status.HasFlag(EntryStatus.DestinationRewritten) && !entry.Original.Destination.SequenceEqual(entry.Reply.Source);

    private static void WriteTuple(ref AttributeWriter writer, ConntrackAttribute attribute, TupleParts parts, ReadOnlySpan<byte> address, ushort port)
    {
        var tuple = writer.BeginMarkedNest(attribute);
        if (parts.HasFlag(TupleParts.Source) || parts.HasFlag(TupleParts.Destination))
        {
            var addresses = writer.BeginMarkedNest(TupleAttribute.Addresses);
            writer.Write(parts.HasFlag(TupleParts.Source) ? AddressAttribute.Source4 : AddressAttribute.Destination4, address);
            writer.EndNest(addresses);
        }

        var transport = writer.BeginMarkedNest(TupleAttribute.Transport);
        writer.Write(TransportAttribute.Protocol, (byte)TransportProtocol.Udp);
        if (port != 0)
        {
            writer.WritePort(parts.HasFlag(TupleParts.SourcePort) ? TransportAttribute.SourcePort : TransportAttribute.DestinationPort, port);
        }

        writer.EndNest(transport);
        writer.EndNest(tuple);
    }
}
