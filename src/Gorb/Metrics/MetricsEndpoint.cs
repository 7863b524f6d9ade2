using Gorb.Balancing;
using Gorb.Pulse.Monitoring;

namespace Gorb.Metrics;

/// <summary>/metrics in the text format of Prometheus. It reads snapshots: the writer is not held up.</summary>
internal static class MetricsEndpoint
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static void UseMetrics(this WebApplication app) =>
        app.MapGet("/metrics", WriteAsync).WithName("getMetrics").WithTags("health")
            .WithSummary("Metrics for Prometheus.")
            .WithDescription("GORB's gauges, health check results and the kernel's counters of every service; with ?backends=true of every backend, too.")
            .Produces(200, contentType: "text/plain");

    private static async Task WriteAsync(HttpContext context, Balancer balancer, KernelReader kernel, PulseMonitor pulse, CheckMetrics checks, TimeProvider time, bool backends = false)
    {
        var metrics = new TableMetrics();
        var table = balancer.Current;
        metrics.TakeTable(table, pulse.All().ToDictionary(report => (report.Service, report.Backend)), time.GetUtcNow());
        metrics.TakeRepairs(balancer.Repairs);
        metrics.TakeKernel(table, backends ? kernel.ReadTable() : kernel.ReadServices());
        context.Response.ContentType = ContentType;
        await metrics.Registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
        await checks.Registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
    }
}
