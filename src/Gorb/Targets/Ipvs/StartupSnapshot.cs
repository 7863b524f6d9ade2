using Gorb.Ipvs;
using Gorb.Model;

namespace Gorb.Targets.Ipvs;

/// <summary>
/// A cheap summary of the kernel's table (/proc/net/ip_vs), read when the daemon starts. If it matches the saved table, the daemon is ready without a netlink
/// request for each service. Settings that /proc does not print are compared in the full comparison that follows.
/// </summary>
/// <param name="read">Reads the kernel's summary; null for no snapshot.</param>
/// <param name="logger">Logs why there is no snapshot.</param>
internal sealed partial class StartupSnapshot(Func<IReadOnlyList<ServiceSummary>>? read, ILogger logger)
{
    private readonly ILogger _logger = logger;
    private Func<IReadOnlyList<ServiceSummary>>? _read = read;

    /// <summary>True when a snapshot was read and it shows everything that is wanted. Only the first call can return true.</summary>
    public bool Matches(Table wanted, KernelLimits limits)
    {
        var read = _read;
        _read = null;
        try
        {
            return read is not null && MatchesAll(wanted, read(), limits);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            LogNoSnapshot(error.Message);
            return false; // the full comparison shows the cause
        }
    }

    /// <summary>True when the kernel's summary shows everything that is wanted, and the wanted table has no settings that the summary omits.</summary>
    public static bool MatchesAll(Table wanted, IReadOnlyList<ServiceSummary> kernel, KernelLimits limits = default)
    {
        var have = new Dictionary<ServiceKey, KernelService>(kernel.Count);
        foreach (var entry in kernel)
        {
            have[entry.Service.Key] = new KernelService(entry.Service, entry.Destinations);
        }

        var services = wanted.Services.Values.ToArray();
        return Parallel.For(0, services.Length, (i, loop) =>
        {
            if (!Matches(have, services[i], limits))
            {
                loop.Stop();
            }
        }).IsCompleted;
    }

    private static bool Matches(Dictionary<ServiceKey, KernelService> have, Service service, KernelLimits limits)
    {
        var want = KernelMapping.ToKernel(service, limits);
        return IsPlain(want)
            && have.TryGetValue(service.Spec.Key, out var present)
            && present.Destinations.Count == want.Destinations.Count
            && Planner.Plan(present, want, static _ => true).Count == 0;
    }

    /// <summary>True when the service has no settings that /proc does not print.</summary>
    private static bool IsPlain(KernelService want)
    {
        var settings = want.Settings;
        if (settings.Key.IsFirewallMark || settings.Flags != ServiceFlags.None || settings.PersistenceEngine is not null)
        {
            return false;
        }

        foreach (var destination in want.Destinations)
        {
            if (destination is not { Forwarding: ForwardingMethod.Masquerade or ForwardingMethod.DirectRoute, UpperThreshold: 0, LowerThreshold: 0 })
            {
                return false;
            }
        }

        return true;
    }

    [LoggerMessage(1007, LogLevel.Debug, "The kernel's table is asked for by netlink: {Reason}")]
    private partial void LogNoSnapshot(string reason);
}
