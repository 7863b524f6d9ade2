using Gorb.Ipvs;
using Gorb.Ipvs.Netlink;
using Gorb.Logging;

namespace Gorb.Targets.Ipvs;

/// <summary>Whether the kernel's IPVS can be used. What stands against it is said once as long as it stays the same.</summary>
internal sealed partial class KernelAvailability(IIpvsClient client, ILogger logger)
{
    private readonly ILogger _logger = logger;
    private readonly RepeatFilter _repeats = new();

    /// <summary>Says which IPVS the kernel has, or why it cannot be used.</summary>
    public void LogVersion() => Try(() =>
    {
        var info = client.GetInfo();
        LogKernel(info.Version, info.ConnectionTableSize);
    });

    /// <summary>Empties the kernel's table, which a person asked for.</summary>
    public void Flush() => Try(() =>
    {
        client.Flush();
        LogFlushed();
    });

    /// <summary>Does something with the kernel, or says why it cannot be done: requests will say so too, and /readyz; the module may be loaded at any time.</summary>
    public void Try(Action use)
    {
        try
        {
            use();
            _repeats.End();
        }
        catch (Exception error) when (error is IpvsException or NetlinkException)
        {
            Report(error.Message);
        }
    }

    public void Report(string trouble)
    {
        if (_repeats.IsNew(trouble))
        {
            LogNoKernel(trouble);
        }
    }

    [LoggerMessage(1001, LogLevel.Information, "Kernel IPVS {Version}, connection table of {Buckets} buckets")]
    private partial void LogKernel(Version version, uint buckets);

    [LoggerMessage(1002, LogLevel.Warning, "Flushed the kernel's IPVS table, as option -f asks")]
    private partial void LogFlushed();

    [LoggerMessage(1003, LogLevel.Error, "Kernel IPVS cannot be used: {Reason}")]
    private partial void LogNoKernel(string reason);
}
