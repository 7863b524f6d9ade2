using Gorb.Ipvs;
using Gorb.Targets.Host;

namespace Gorb.Draining;

/// <summary>
/// Warns when UDP clients will not move from a removed backend. A UDP client that keeps its port never ends its flow. Without
/// net.ipv4.vs.expire_nodest_conn=1 the kernel drops packets of a flow whose destination was removed, and each packet keeps the flow for another five
/// minutes; with it, the kernel forgets the flow and chooses another destination (Documentation/networking/ipvs-sysctl.rst).
/// </summary>
internal sealed partial class OrphanedFlows(SysctlFiles sysctls, ILogger<OrphanedFlows> logger)
{
    private bool _isLogged;

    /// <summary>Logs once that flows of a service to removed destinations are lost.</summary>
    public void Warn(ServiceKey service)
    {
        if (!_isLogged && service is { IsFirewallMark: false, Protocol: TransportProtocol.Udp } && sysctls.Read(SysctlRules.ExpireRemoved) == "0")
        {
            _isLogged = true;
            LogLost(service);
        }
    }

    [LoggerMessage(1022, LogLevel.Warning,
        "The kernel drops packets of {Service}'s clients that keep their port, because their backend was removed: set sysctl net.ipv4.vs.expire_nodest_conn=1 to move them to another backend")]
    private partial void LogLost(ServiceKey service);
}
