using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Conntrack;
using Gorb.Ipvs.Netlink;
using Gorb.Logging;
using Gorb.Model;

namespace Gorb.Draining;

/// <summary>
/// Deletes the conntrack entries of UDP flows to removed backends. With net.ipv4.vs.conntrack=1 every balanced flow has an entry. The kernel drops the
/// next packet of an entry whose destination was removed, even where IPVS would choose another one (net/netfilter/ipvs/ip_vs_core.c:
/// ip_vs_conn_uses_old_conntrack).
/// </summary>
internal sealed partial class TrackedFlows(ConntrackFactory conntrack, ILogger<TrackedFlows> logger)
{
    private readonly RepeatFilter _repeats = new();

    /// <summary>Deletes the entries of flows to backends that were removed from the kernel. Failures are logged, each reason once.</summary>
    public void Delete(ServiceKey service, IReadOnlyList<Backend> removed)
    {
        if (!service.IsFirewallMark && service.Protocol != TransportProtocol.Udp) // a firewall mark may be on UDP packets
        {
            return;
        }

        using var client = conntrack.Create();
        // Direct routing and tunnels translate nothing, so an entry of the service does not show its backend.
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
        "Conntrack entries of UDP flows to {Backend} of {Service} cannot be deleted, and clients that keep their port may lose packets: {Reason}. The entries time out when the client pauses; to delete them, run 'conntrack -D -p udp --reply-src {Address}'")]
    private partial void LogKept(string backend, ServiceKey service, string reason, IPAddress address);
}
