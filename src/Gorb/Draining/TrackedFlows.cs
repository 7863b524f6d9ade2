using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Conntrack;
using Gorb.Ipvs.Netlink;
using Gorb.Logging;
using Gorb.Model;

namespace Gorb.Draining;

/// <summary>
/// With net.ipv4.vs.conntrack=1 the kernel's connection tracking has an entry of every balanced flow. A packet that finds such an entry while its
/// destination has gone is dropped even where IPVS would choose anew (net/netfilter/ipvs/ip_vs_core.c: ip_vs_conn_uses_old_conntrack), so
/// the entries of a UDP flow, which nobody ends, go with its destination.
/// </summary>
internal sealed partial class TrackedFlows(ConntrackFactory conntrack, ILogger<TrackedFlows> logger)
{
    private readonly RepeatFilter _repeats = new();

    /// <summary>Deletes the entries of flows to backends whose destinations the kernel no longer has. Failures are logged, each reason once.</summary>
    public void Delete(ServiceKey service, IReadOnlyList<Backend> removed)
    {
        if (!service.IsFirewallMark && service.Protocol != TransportProtocol.Udp) // a mark may be on UDP
        {
            return;
        }

        using var client = conntrack.Create();
        // Direct routing and tunnels translate nothing: all entries of the service look the same, whichever backend they lead to.
        foreach (var backend in removed.Where(backend => backend.Spec.Method == ForwardingMethod.Masquerade))
        {
            Delete(client, service, backend);
        }
    }

    private void Delete(ConntrackClient client, ServiceKey service, Backend backend)
    {
        try
        {
            var count = client.DeleteUdpFlows(service, backend.Spec.Key);
            LogDeleted(count, service, backend.Name);
        }
        catch (Exception error) when (error is ConntrackException or NetlinkException)
        {
            if (_repeats.IsNew(error.Message))
            {
                LogKept(backend.Name, service, error.Message, backend.Spec.Address);
            }
        }
    }

    [LoggerMessage(1024, LogLevel.Debug, "Deleted {Count} conntrack entries of {Service} to {Backend}")]
    private partial void LogDeleted(int count, ServiceKey service, string backend);

    [LoggerMessage(1025, LogLevel.Warning,
        "Conntrack entries of UDP flows to {Backend} of {Service} cannot be deleted, and clients that keep their port may lose packets: {Reason}. They end by themselves when the client pauses, or with 'conntrack -D -p udp --reply-src {Address}'")]
    private partial void LogKept(string backend, ServiceKey service, string reason, IPAddress address);
}
