using Gorb.Documents;
using Gorb.Documents.Checks;
using Gorb.Health.Monitoring;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Policy;
using Gorb.Targets.Ipvs;

namespace Gorb.Api;

/// <summary>Builds the API's views of services and backends from the wanted table and the kernel's entries.</summary>
internal static class Views
{
    public static ServiceView Of(Service service, KernelView kernel) => new(
        new ServiceBody(service.Spec),
        service.Source,
        service.Spec.Key.Address?.ToString(),
        Weights.Health(service),
        [.. service.Backends.Keys],
        Unmanaged(service, kernel),
        kernel.Entry is { } entry ? Of(entry.Service.Counters) : null,
        kernel.Error);

    public static BackendView Of(Service service, Backend backend, KernelView kernel, KernelLimits limits, KeptCounters counters, BackendReport? report, SteadyClock clock)
    {
        var now = clock.HostTime(clock.Now);
        var entry = kernel.Find(backend.Spec.Key);
        var isRemoved = entry is null && kernel.Entry is not null && Placement.Of(service, limits).IsAbsent(service, backend);
        var total = counters.Total(service.Spec.Key, backend.Spec.Key, entry?.Counters);
        return new BackendView(
            new BackendBody(backend.Spec.Pulse is null ? backend.Spec with { Pulse = CheckPlan.Write(service.Spec, backend.Spec) } : backend.Spec),
            backend.Source,
            OperatorView.Of(backend.Operator),
            backend.Spec.Address.ToString(),
            new MetricsView((int)backend.Health.Verdict, report?.Health ?? (backend.Health.Verdict == Verdict.Up ? 1 : 0), (long)Math.Max(0, (now - (report?.ChangedAt ?? clock.HostTime(backend.Since))).TotalSeconds)),
            PulseViews.Of(report),
            backend.IsDraining ? new DrainView(entry?.Connections() ?? 0, entry?.PersistentConnections ?? 0, clock.HostTime(backend.Spec.Drain?.Deadline)) : null,
            entry is not null ? Of(entry, total) : isRemoved ? new DestinationView(0, 0, 0, 0, Of(total), Removed: true) : null,
            entry is null && !isRemoved ? kernel.Error ?? $"{backend.Spec.Key} is not in the kernel's entry of {service.Spec.Key}: something else removed it" : null);
    }

    private static List<string>? Unmanaged(Service service, KernelView kernel)
    {
        var owns = service.Owns();
        var others = kernel.Entry?.Destinations.Select(entry => entry.Destination.Key).Where(key => !owns(key)).Select(key => key.ToString()).ToList();
        return others is { Count: > 0 } ? others : null;
    }

    private static DestinationView Of(DestinationEntry entry, Counters total) => new(
        entry.Destination.Weight, entry.ActiveConnections, entry.InactiveConnections, entry.PersistentConnections, Of(total));

    private static TrafficView Of(Counters counters) => new(
        counters.Connections, counters.InPackets, counters.OutPackets, counters.InBytes, counters.OutBytes,
        counters.ConnectionsPerSecond, counters.InPacketsPerSecond, counters.OutPacketsPerSecond, counters.InBytesPerSecond, counters.OutBytesPerSecond);
}
