using System.ComponentModel;
using Gorb.Api;
using Gorb.Health.Monitoring;
using Gorb.Ipvs;
using Gorb.Logging;
using Gorb.Model;
using Gorb.Targets.Ipvs;
using Gorb.Writer;

namespace Gorb.Metrics;

/// <summary>/metrics in the text format of Prometheus. It reads snapshots: the writer is not held up.</summary>
internal static class MetricsEndpoint
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static void UseMetrics(this WebApplication app) =>
        app.MapGet("/metrics", WriteAsync).WithName("getMetrics").WithTags("health")
            .WithSummary("Metrics for Prometheus.")
            .WithDescription("GORB's gauges, health check results and the kernel's counters of every service; with ?backends=true of every backend, too.")
            .Takes("backends").Produces<string>(200, "text/plain").Refuses(400);

    private static async Task WriteAsync(
        HttpContext context, Balancer balancer, KernelReader kernel, KeptCounters counters, PulseMonitor pulse, CheckMetrics checks, LogLoss log, SteadyClock clock,
        [Description("True: the kernel's counters of every backend, too. Default: false.")] QueryFlag backends = default)
    {
        var isByBackend = backends.Read("backends", false);
        await SocketThread.LeaveAsync();
        var metrics = new TableMetrics();
        var table = balancer.Current;
        metrics.TakeTable(table, balancer.Limits, pulse.All().ToDictionary(report => (report.Service, report.Backend)), clock);
        metrics.TakeRepairs(balancer.Repairs);
        metrics.TakeContested(balancer.Contested.Count);
        metrics.TakeLogLoss(log.Lines);
        metrics.TakeKernel(table, Read(kernel, isByBackend), isByBackend ? counters : null);
        context.Response.ContentType = ContentType;
        await metrics.Registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
        await checks.Registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
    }

    /// <summary>Null when the kernel cannot be read: what else there is to report is wanted then more than ever.</summary>
    private static IReadOnlyList<TableEntry>? Read(KernelReader kernel, bool backends)
    {
        try
        {
            return backends ? kernel.ReadTable() : kernel.ReadServices();
        }
        catch (RequestException)
        {
            return null; // told by gorb_kernel_up; /readyz says why
        }
    }
}
