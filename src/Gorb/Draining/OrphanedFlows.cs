using Gorb.Ipvs;

namespace Gorb.Draining;

/// <summary>
/// Warns when UDP clients will not move from a removed backend. A UDP client that keeps its port never ends its flow. Without
/// net.ipv4.vs.expire_nodest_conn=1 the kernel drops packets of a flow whose destination was removed, and each packet keeps the flow for another five
/// minutes; with it, the kernel forgets the flow and chooses another destination (Documentation/networking/ipvs-sysctl.rst).
/// </summary>
internal sealed partial class OrphanedFlows(ILogger<OrphanedFlows> logger)
{
    private const string Setting = "/proc/sys/net/ipv4/vs/expire_nodest_conn";

    private bool _isLogged;

    /// <summary>Logs once that flows of a service to removed destinations are lost.</summary>
    public void Warn(ServiceKey service)
    {
        if (!_isLogged && service is { IsFirewallMark: false, Protocol: TransportProtocol.Udp } && Read() == "0")
        {
            _isLogged = true;
            LogLost(service);
        }
    }

    /// <summary>The setting; null when it cannot be read, which does not affect a drain.</summary>
    private string? Read()
    {
        try
        {
            return File.ReadAllText(Setting).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogUnknown(error.Message);
            return null;
        }
    }

    [LoggerMessage(1022, LogLevel.Warning,
        "The kernel drops packets of {Service}'s clients that keep their port, because their backend was removed: set sysctl net.ipv4.vs.expire_nodest_conn=1 to move them to another backend")]
    private partial void LogLost(ServiceKey service);

    [LoggerMessage(1023, LogLevel.Debug, "It is unknown whether clients of removed UDP backends move to others: {Reason}")]
    private partial void LogUnknown(string reason);
}
