using System.Globalization;
using Gorb.Health.Monitoring;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Policy;
using Gorb.Targets.Ipvs;
using Prometheus;

namespace Gorb.Metrics;

/// <summary>
/// The table as gauges with GORB's names and labels, and the kernel's counters beside them. Made anew for each scrape, so that what is gone
/// is not reported any more.
/// </summary>
internal sealed class TableMetrics
{
    private static readonly string[] ServiceLabels = ["name", "host", "port", "protocol", "fwmark"];
    private static readonly string[] BackendLabels = ["service_name", "name", "host", "port"];

    private readonly MetricFactory _factory;

    public TableMetrics() => _factory = Prometheus.Metrics.WithCustomRegistry(Registry);

    public CollectorRegistry Registry { get; } = Prometheus.Metrics.NewCustomRegistry();

    /// <param name="repairs">How many changes that others made in entries of Gorb were repaired.</param>
    public void TakeRepairs(long repairs) =>
        _factory.CreateCounter("gorb_repairs_total", "Changes of others in entries of Gorb that were repaired in the kernel.").IncTo(repairs);

    /// <param name="entries">How many entries something else keeps changing.</param>
    public void TakeContested(int entries) =>
        _factory.CreateGauge("gorb_contested_entries", "Entries of the kernel that something else keeps changing, and that are repaired only now and then.").Set(entries);

    /// <param name="lines">How many lines of the log were dropped.</param>
    public void TakeLogLoss(long lines) =>
        _factory.CreateCounter("gorb_log_lines_dropped_total", "Lines of the log that were dropped because standard output was not read or could not be written.").IncTo(lines);

    public void TakeTable(Table table, KernelLimits limits, IReadOnlyDictionary<(string Service, string Backend), BackendReport> reports, SteadyClock clock)
    {
        var now = clock.HostTime(clock.Now);
        var serviceHealth = Gauge("gorb_service_health", "Share of the service's backends that are up.", ServiceLabels);
        var serviceBackends = Gauge("gorb_service_backends", "Number of the service's backends.", ServiceLabels);
        var uptime = Gauge("gorb_service_backend_uptime_seconds", "Seconds in the present status.", BackendLabels);
        var health = Gauge("gorb_service_backend_health", "Share of good checks among the last 100.", BackendLabels);
        var status = Gauge("gorb_service_backend_status", "0 up, 1 down.", BackendLabels);
        var weight = Gauge("gorb_service_backend_weight", "The weight in force; 0, too, while the backend is down and out of the kernel.", BackendLabels);
        foreach (var service in table.Services.Values)
        {
            var labels = Labels(service);
            serviceHealth.WithLabels(labels).Set(Weights.Health(service));
            serviceBackends.WithLabels(labels).Set(service.Backends.Count);
            foreach (var (backend, inForce) in service.Backends.Values.Zip(Placement.Of(service, limits).Weights))
            {
                var report = reports.GetValueOrDefault((service.Name, backend.Name));
                var own = Labels(service, backend);
                uptime.WithLabels(own).Set(Math.Max(0, (now - (report?.ChangedAt ?? clock.HostTime(backend.Since))).TotalSeconds));
                health.WithLabels(own).Set(report?.Health ?? (backend.Health.Verdict == Verdict.Up ? 1 : 0));
                status.WithLabels(own).Set((int)backend.Health.Verdict);
                weight.WithLabels(own).Set(Math.Max(0, inForce));
            }
        }
    }

    /// <summary>Counters of services and of backends.</summary>
    /// <param name="table">The wanted table.</param>
    /// <param name="kernel">The kernel's; null when it cannot be read.</param>
    /// <param name="kept">Counters of backends that were out of the kernel; null when the entries hold no destinations.</param>
    public void TakeKernel(Table table, IReadOnlyList<TableEntry>? kernel, KeptCounters? kept)
    {
        _factory.CreateGauge("gorb_kernel_up", "1 when the kernel's IPVS can be read, else 0, and then its counters are missing here.").Set(kernel is null ? 0 : 1);
        var services = new Traffic(_factory, "gorb_service_", ServiceLabels);
        var backends = new Traffic(_factory, "gorb_service_backend_", BackendLabels);
        foreach (var entry in kernel ?? [])
        {
            if (!table.Names.TryGetValue(entry.Service.Service.Key, out var name))
            {
                continue;
            }

            var service = table.Services[name];
            services.Take(Labels(service), entry.Service.Counters);
            if (kept is null)
            {
                continue;
            }

            var present = entry.Destinations.ToDictionary(destination => destination.Destination.Key);
            foreach (var backend in service.Backends.Values)
            {
                var key = backend.Spec.Key;
                backends.Take(Labels(service, backend), kept.Total(service.Spec.Key, key, present.GetValueOrDefault(key)?.Counters));
            }
        }
    }

    private Gauge Gauge(string name, string help, string[] labels) => _factory.CreateGauge(name, help, labels);

    private static string[] Labels(Service service) =>
    [
        service.Name,
        service.Spec.Key.Address?.ToString() ?? "",
        Text(service.Spec.Key.Port),
        service.Spec.Key.IsFirewallMark ? "fwmark" : service.Spec.Key.Protocol.ToString().ToLowerInvariant(),
        service.Spec.Key.IsFirewallMark ? service.Spec.Key.FirewallMark.ToString(CultureInfo.InvariantCulture) : "",
    ];

    private static string[] Labels(Service service, Backend backend) =>
        [service.Name, backend.Name, backend.Spec.Address.ToString(), Text(backend.Spec.Port)];

    private static string Text(ushort port) => port.ToString(CultureInfo.InvariantCulture);

    /// <summary>The kernel's counters of one kind of entry. They begin anew when the entry does, as Prometheus expects of counters.</summary>
    private sealed class Traffic(MetricFactory factory, string prefix, string[] labels)
    {
        private readonly Counter _connections = factory.CreateCounter($"{prefix}connections_total", "Connections, as the kernel counts them.", labels);
        private readonly Counter _inPackets = factory.CreateCounter($"{prefix}in_packets_total", "Packets from clients.", labels);
        private readonly Counter _outPackets = factory.CreateCounter($"{prefix}out_packets_total", "Packets to clients, where they pass through the director.", labels);
        private readonly Counter _inBytes = factory.CreateCounter($"{prefix}in_bytes_total", "Bytes from clients.", labels);
        private readonly Counter _outBytes = factory.CreateCounter($"{prefix}out_bytes_total", "Bytes to clients, where they pass through the director.", labels);

        public void Take(string[] values, Counters counters)
        {
            _connections.WithLabels(values).IncTo(counters.Connections);
            _inPackets.WithLabels(values).IncTo(counters.InPackets);
            _outPackets.WithLabels(values).IncTo(counters.OutPackets);
            _inBytes.WithLabels(values).IncTo(counters.InBytes);
            _outBytes.WithLabels(values).IncTo(counters.OutBytes);
        }
    }
}
