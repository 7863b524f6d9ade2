using Gorb.Ipvs.Interop;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Conntrack;

/// <summary>
/// The kernel's connection tracking (ctnetlink, linux/netfilter/nfnetlink_conntrack.h), which keeps an entry of every balanced flow while
/// net.ipv4.vs.conntrack is 1. Calls are synchronous, and go to the network namespace of the thread that makes the first one. Not thread-safe.
/// </summary>
/// <remarks>
/// Every call throws <see cref="ConntrackException"/> when the kernel refuses, and <see cref="NetlinkException"/> when the exchange itself broke.
/// A kernel without connection tracking is an empty table.
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
    /// Deletes the entries of the UDP flows that IPVS translates (NAT) from a service to a destination, and no others; for a service by firewall
    /// mark, of all that IPVS translates to that destination. A flow whose destination is still there has a new entry with its next packet.
    /// </summary>
    /// <remarks>The table is read once and not held: what is found is deleted while the rest is read. Flows that begin meanwhile may stay.</remarks>
    /// <param name="service">The service.</param>
    /// <param name="destination">The destination, whether or not the service still has it.</param>
    /// <returns>How many entries were deleted.</returns>
    /// <exception cref="ConntrackException">The kernel refused; other entries were deleted all the same.</exception>
    public int DeleteUdpFlows(ServiceKey service, DestinationKey destination)
    {
        if (destination.Address.AddressFamily != service.Family || IsEmpty())
        {
            return 0; // between families packets are tunnelled, not translated
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
    /// Whether there is nothing to look for: most often, for IPVS keeps no entries unless it is told to. Asking makes the kernel load the module;
    /// when there is none, nfnetlink answers EINVAL, which this question, having no content, can bring on in no other way.
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
