using System.ComponentModel;
using Gorb.Access;
using Gorb.Api;
using Gorb.Health.Monitoring;
using Gorb.Ipvs;
using Gorb.Logging;
using Gorb.Model;
using Gorb.Targets.Host;
using Gorb.Targets.Host.Addresses;
using Gorb.Targets.Host.Sync;
using Gorb.Targets.Ipvs;
using Gorb.Writer;

namespace Gorb.Metrics;

/// <summary>Serves /metrics in the Prometheus text format. It reads snapshots, so it does not block the writer.</summary>
internal static class MetricsEndpoint
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static void UseMetrics(this WebApplication app) =>
        app.MapGet("/metrics", WriteAsync).Needs(Role.Read).WithName("getMetrics").WithTags("health")
            .WithSummary("Metrics for Prometheus.")
            .WithDescription("GORB's gauges, health check results and the kernel's counters of every service; with ?backends=true also of every backend.")
            .WithMetadata(new ServedWithMetrics()).Takes("backends").Produces<string>(200, "text/plain").Refuses(400);

    private static async Task WriteAsync(
        HttpContext context, TableWriter tableWriter, KernelReader kernel, Sysctls sysctls, KeptCounters counters, PulseMonitor pulse, CheckMetrics checks, LogLoss log, ConnectionRefusals refusals, SteadyClock clock, SyncReader sync, AddressCounts addresses, VipOptions vips,
        [Description("True: also the kernel's counters of every backend. Default: false.")] QueryFlag backends = default)
    {
        var isByBackend = backends.Read("backends", false);
        await SocketThread.LeaveAsync();
        var metrics = new TableMetrics();
        var table = tableWriter.Current;
        metrics.AddTable(table, sysctls.Limits, pulse.All().ToDictionary(report => (report.Service, report.Backend)), clock);
        metrics.AddRepairs(tableWriter.Repairs);
        metrics.AddContestedEntries(tableWriter.Contested.Count);
        metrics.AddLogLoss(log.Lines);
        metrics.AddRefusals(refusals);
        metrics.AddSync(sync.TryRead());
        metrics.AddWithdrawn(vips.Device is null ? [] : addresses.Withdrawn.Keys);
        metrics.AddKernel(table, Read(kernel, isByBackend), isByBackend ? counters : null);
        context.Response.ContentType = ContentType;
        await metrics.Registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
        await checks.Registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
    }

    /// <summary>Reads the kernel's counters; null when the kernel cannot be read. The other metrics are needed then most of all.</summary>
    private static IReadOnlyList<TableEntry>? Read(KernelReader kernel, bool backends)
    {
        try
        {
            return backends ? kernel.ReadTable() : kernel.ReadServices();
        }
        catch (RequestException)
        {
            return null; // gorb_kernel_up reports it; /readyz gives the reason
        }
    }
}
