using System.Net.Sockets;
using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Wire;

namespace Gorb.Ipvs.Conntrack;

/// <summary>
/// The UDP flows from a virtual service to one of its destinations that were translated (NAT): their packets came for the service's address, and
/// answers come from the destination's. With direct routing and tunnels nothing is translated, and an entry does not tell its destination.
/// </summary>
/// <param name="service">The service, by address or by firewall mark.</param>
/// <param name="destination">The destination; port 0 is the service's.</param>
internal sealed class BalancedFlows(ServiceKey service, DestinationKey destination)
{
    private readonly byte[]? _virtual = service.Address?.GetAddressBytes();
    private readonly byte[] _real = destination.Address.GetAddressBytes();
    private readonly ushort _realPort = destination.Port != 0 ? destination.Port : service.Port;

    /// <summary>The family as the kernel numbers it.</summary>
    public byte Family { get; } = (byte)AddressCodec.ToKernel(service.Family);

    /// <summary>Whether an entry is one of these flows.</summary>
    public bool Contains(in ConntrackEntry entry) =>
        entry.Original.Protocol == TransportProtocol.Udp
        && entry.Reply.Source.SequenceEqual(_real)
        && (_realPort == 0 || entry.Reply.SourcePort == _realPort)
        && (_virtual is null ? IsBalanced(entry) : IsForService(entry.Original));

    /// <summary>
    /// Has the kernel sort out most of what is none of these flows. It spares reading, no more: a kernel before 5.8 knows no filter, and of
    /// IPv6 only the ports are named, for some kernels (6.1) take an equal address for a different one there.
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
    /// A service by firewall mark has no address to compare, and an entry does not keep the packet's mark. What goes to the destination in another
    /// way is told apart: directly, it was sent to the very address that answers; by a rule of netfilter's NAT, it has that rule's mark.
    /// A flow of another service to the same destination does count: it has its entry anew with its next packet, for IPVS has it in a table of its own.
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
