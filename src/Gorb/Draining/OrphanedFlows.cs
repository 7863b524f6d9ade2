using Gorb.Ipvs;

namespace Gorb.Draining;

/// <summary>
/// A UDP client that keeps its port never ends its flow. When the destination of the flow has gone, the kernel drops its packets, and each packet
/// keeps the flow for another five minutes, unless net.ipv4.vs.expire_nodest_conn is 1: then it forgets the flow (and its conntrack entry) and chooses
/// anew (Documentation/networking/ipvs-sysctl.rst). Where Gorb did not set it (--sysctl), it says so.
/// </summary>
internal sealed partial class OrphanedFlows(ILogger<OrphanedFlows> logger)
{
    private const string Setting = "/proc/sys/net/ipv4/vs/expire_nodest_conn";

    private bool _isSaid;

    /// <summary>Says what becomes of a service's flows to destinations that were removed; once.</summary>
    public void Note(ServiceKey service)
    {
        if (!_isSaid && service is { IsFirewallMark: false, Protocol: TransportProtocol.Udp } && Read() == "0")
        {
            _isSaid = true;
            LogLost(service);
        }
    }

    /// <summary>The setting, or null where it cannot be read, which is no reason to disturb a drain.</summary>
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
        "Clients of {Service} that keep their port go on sending to what was just removed, and the kernel drops it: set sysctl net.ipv4.vs.expire_nodest_conn=1 and they move to another backend")]
    private partial void LogLost(ServiceKey service);

    [LoggerMessage(1023, LogLevel.Debug, "Whether clients of removed UDP backends move on is not known: {Reason}")]
    private partial void LogUnknown(string reason);
}
