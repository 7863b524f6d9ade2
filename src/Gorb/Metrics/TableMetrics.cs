using System.Globalization;
using System.Net;
using Gorb.Access;
using Gorb.Health.Monitoring;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Policy;
using Gorb.Targets.Host.Sync;
using Gorb.Targets.Ipvs;
using Prometheus;

namespace Gorb.Metrics;

/// <summary>
/// The table as gauges with GORB's names and labels, and the kernel's counters. A new instance for each scrape, so that removed objects are not reported
/// any more.
/// </summary>
internal sealed class TableMetrics
{
    private static readonly string[] ServiceLabels = ["name", "host", "port", "protocol", "fwmark"];
    private static readonly string[] BackendLabels = ["service_name", "name", "host", "port"];

    private readonly MetricFactory _factory;

    public TableMetrics() => _factory = Prometheus.Metrics.WithCustomRegistry(Registry);

    public CollectorRegistry Registry { get; } = Prometheus.Metrics.NewCustomRegistry();

    /// <param name="repairs">The number of repaired entries that another program had changed.</param>
    public void AddRepairs(long repairs) =>
        _factory.CreateCounter("gorb_repairs_total", "Repairs of kernel entries that another program had changed.").IncTo(repairs);

    /// <param name="entries">The number of entries that another program keeps changing.</param>
    public void AddContestedEntries(int entries) =>
        _factory.CreateGauge("gorb_contested_entries", "Kernel entries that another program keeps changing and that are repaired less often.").Set(entries);

    /// <param name="lines">The number of dropped log lines.</param>
    public void AddLogLoss(long lines) =>
        _factory.CreateCounter("gorb_log_lines_dropped_total", "Log lines that were dropped because standard output was not read or could not be written.").IncTo(lines);

    public void AddRefusals(ConnectionRefusals refusals)
    {
        var counter = _factory.CreateCounter("gorb_connections_refused_total", "Connections to the API that were refused at a limit.", ["limit"]);
        counter.WithLabels("max-connections").IncTo(refusals.OfAll);
        counter.WithLabels(Limits.AddressConnectionsName).IncTo(refusals.OfAddress);
    }

    /// <param name="addresses">The withdrawn addresses.</param>
    public void AddWithdrawn(IEnumerable<IPAddress> addresses)
    {
        var withdrawn = Gauge("gorb_vip_withdrawn", "1 for each address that is kept off this host while no backend of its services is up.", ["address"]);
        foreach (var address in addresses)
        {
            withdrawn.WithLabels(address.ToString()).Set(1);
        }
    }

    /// <param name="states">The roles of the connection synchronization; none without it.</param>
    public void AddSync(IReadOnlyList<SyncState> states)
    {
        if (states.Count > 0)
        {
            var up = Gauge("gorb_sync_daemon_up", "1 when the kernel's sync daemon of the role runs as wanted, else 0.", ["role"]);
            foreach (var state in states)
            {
                up.WithLabels(SyncWords.Of(state.Role)).Set(state.Status == SyncStatus.Running ? 1 : 0);
            }
        }
    }

    public void AddTable(Table table, KernelLimits limits, IReadOnlyDictionary<(string Service, string Backend), BackendReport> reports, SteadyClock clock)
    {
        var now = clock.HostTime(clock.Now);
        var serviceHealth = Gauge("gorb_service_health", "Share of the service's backends that are up.", ServiceLabels);
        var serviceBackends = Gauge("gorb_service_backends", "Number of the service's backends.", ServiceLabels);
        var uptime = Gauge("gorb_service_backend_uptime_seconds", "Seconds since the status last changed.", BackendLabels);
        var health = Gauge("gorb_service_backend_health", "Share of successful checks among the last 100.", BackendLabels);
        var status = Gauge("gorb_service_backend_status", "0 up, 1 down.", BackendLabels);
        var weight = Gauge("gorb_service_backend_weight", "The effective weight; also 0 while the backend is down and removed from the kernel.", BackendLabels);
        foreach (var service in table.Services.Values)
        {
            var labels = Labels(service);
            serviceHealth.WithLabels(labels).Set(Weights.Health(service));
            serviceBackends.WithLabels(labels).Set(service.Backends.Count);
            foreach (var (backend, effective) in service.Backends.Values.Zip(Placement.Of(service, limits).Weights))
            {
                var report = reports.GetValueOrDefault((service.Name, backend.Name));
                var backendLabels = Labels(service, backend);
                uptime.WithLabels(backendLabels).Set(Math.Max(0, (now - (report?.ChangedAt ?? clock.HostTime(backend.Since))).TotalSeconds));
                health.WithLabels(backendLabels).Set(report?.Health ?? (backend.Health.Verdict == Verdict.Up ? 1 : 0));
                status.WithLabels(backendLabels).Set((int)backend.Health.Verdict);
                weight.WithLabels(backendLabels).Set(Math.Max(0, effective));
            }
        }
    }

    /// <summary>Adds the kernel's counters of services and backends.</summary>
    /// <param name="table">The wanted table.</param>
    /// <param name="kernel">The kernel's table; null when it cannot be read.</param>
    /// <param name="kept">Counters of backends that were removed from the kernel and added again; null to skip backends.</param>
    public void AddKernel(Table table, IReadOnlyList<TableEntry>? kernel, KeptCounters? kept)
    {
        _factory.CreateGauge("gorb_kernel_up", "1 when the kernel's IPVS can be read; 0 otherwise, and then its counters are missing.").Set(kernel is null ? 0 : 1);
        var services = new Traffic(_factory, "gorb_service_", ServiceLabels);
        var backends = new Traffic(_factory, "gorb_service_backend_", BackendLabels);
        foreach (var entry in kernel ?? [])
        {
            if (!table.Names.TryGetValue(entry.Service.Service.Key, out var name))
            {
                continue;
            }

            var service = table.Services[name];
            services.Set(Labels(service), entry.Service.Counters);
            if (kept is null)
            {
                continue;
            }

            var present = entry.Destinations.ToDictionary(destination => destination.Destination.Key);
            foreach (var backend in service.Backends.Values)
            {
                var key = backend.Spec.Key;
                backends.Set(Labels(service, backend), kept.Total(service.Spec.Key, key, present.GetValueOrDefault(key)?.Counters));
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

    /// <summary>The kernel's counters of one kind of entry. They restart with a new kernel entry, as Prometheus allows for counters.</summary>
    private sealed class Traffic(MetricFactory factory, string prefix, string[] labels)
    {
        private readonly Counter _connections = factory.CreateCounter($"{prefix}connections_total", "Connections, as counted by the kernel.", labels);
        private readonly Counter _inPackets = factory.CreateCounter($"{prefix}in_packets_total", "Packets from clients.", labels);
        private readonly Counter _outPackets = factory.CreateCounter($"{prefix}out_packets_total", "Packets to clients that pass through the director.", labels);
        private readonly Counter _inBytes = factory.CreateCounter($"{prefix}in_bytes_total", "Bytes from clients.", labels);
        private readonly Counter _outBytes = factory.CreateCounter($"{prefix}out_bytes_total", "Bytes to clients that pass through the director.", labels);

        public void Set(string[] values, Counters counters)
        {
            _connections.WithLabels(values).IncTo(counters.Connections);
            _inPackets.WithLabels(values).IncTo(counters.InPackets);
            _outPackets.WithLabels(values).IncTo(counters.OutPackets);
            _inBytes.WithLabels(values).IncTo(counters.InBytes);
            _outBytes.WithLabels(values).IncTo(counters.OutBytes);
        }
    }
}
