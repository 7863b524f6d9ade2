using Gorb.Ipvs.Interop;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Conntrack;

/// <summary>
/// The kernel's connection tracking table (ctnetlink, linux/netfilter/nfnetlink_conntrack.h). It has an entry for every balanced flow while
/// net.ipv4.vs.conntrack is 1. Calls are synchronous and use the network namespace of the thread that makes the first call. Not thread-safe.
/// </summary>
/// <remarks>
/// Every call throws <see cref="ConntrackException"/> when the kernel refuses, and <see cref="NetlinkException"/> when the netlink exchange breaks.
/// A kernel without connection tracking counts as an empty table.
/// </remarks>
public sealed class ConntrackClient : IDisposable
{
    private readonly NetlinkConnection _reading;
    private readonly NetlinkConnection _deleting;
    private readonly RequestBatch _request = new();

    internal ConntrackClient(Func<INetlinkSocket> open)
    {
        _reading = new NetlinkConnection(open);
        _deleting = new NetlinkConnection(open);
    }

    /// <summary>Makes a client of the running kernel.</summary>
    public static ConntrackClient Create() => new(KernelSocket.OpenNetfilter);

    /// <summary>
    /// Deletes the entries of the UDP flows that IPVS translates (NAT) from a service to a destination, and no others. For a firewall-mark service these
    /// are all flows that IPVS translates to the destination. A flow whose destination is still in use gets a new entry with its next packet.
    /// </summary>
    /// <remarks>The table is read once, and entries are deleted while the rest is read. Flows that start meanwhile may stay.</remarks>
    /// <param name="service">The service.</param>
    /// <param name="destination">The destination; it may be removed from the service already.</param>
    /// <returns>How many entries were deleted.</returns>
    /// <exception cref="ConntrackException">The kernel refused to delete an entry; it was asked to delete the others too.</exception>
    public int DeleteUdpFlows(ServiceKey service, DestinationKey destination)
    {
        if (destination.Address.AddressFamily != service.Family || IsEmpty())
        {
            return 0; // IPVS tunnels packets between address families; it does not translate them
        }

        var flows = new BalancedFlows(service, destination);
        var deletion = new EntryDeletion(_deleting, new NetfilterHeader(flows.Family));
        var body = Begin(ConntrackMessage.Get, MessageFlags.Dump, flows.Family);
        flows.WriteFilter(ref body);
        _request.End(body);
        var error = _reading.Walk(_request, static () => { }, reply =>
        {
            var entry = ConntrackEntry.Read(reply);
            if (flows.Contains(entry))
            {
                deletion.Add(entry);
            }
        });
        deletion.Finish();
        ThrowIf(error, $"read flows of {service}");
        ThrowIf(deletion.Refusal, $"delete flows of {service} to {destination}");
        return deletion.Count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reading.Dispose();
        _deleting.Dispose();
    }

    /// <summary>
    /// True when the table has no entries, the usual case: IPVS creates them only when told to. The request makes the kernel load the module. A kernel
    /// without the module answers EINVAL; a request without content cannot cause that error in another way.
    /// </summary>
    private bool IsEmpty()
    {
        _request.End(Begin(ConntrackMessage.GetStats, MessageFlags.None, 0));
        try
        {
            var error = _reading.Get(_request, ReadEntries, out var entries);
            ThrowIf(error is { Errno: Errno.EINVAL } ? null : error, "count entries");
            return error is not null || entries == 0;
        }
        catch (NetlinkTransportException missing) when (missing.Errno == Errno.EPROTONOSUPPORT)
        {
            return true;
        }
    }

    private AttributeWriter Begin(ConntrackMessage message, MessageFlags flags, byte family)
    {
        _request.Clear();
        var body = _request.Begin(message.Type(), flags);
        body.WriteFixed(new NetfilterHeader(family));
        return body;
    }

    private static uint ReadEntries(ReadOnlySpan<byte> body)
    {
        var attributes = NetfilterHeader.Attributes(body);
        while (attributes.Read())
        {
            if ((TableAttribute)attributes.Type == TableAttribute.Entries)
            {
                return attributes.AsBigEndian();
            }
        }

        throw new NetlinkProtocolException("The kernel counts its connection tracking entries without the number.");
    }

    private static void ThrowIf(KernelError? error, string operation)
    {
        if (error is { } refusal)
        {
            throw new ConntrackException(operation, refusal);
        }
    }
}
