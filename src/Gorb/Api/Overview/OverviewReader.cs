using Gorb.Documents;
using Gorb.Health.Monitoring;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Descriptions;
using Gorb.Model.Policy;
using Gorb.Targets.Host;
using Gorb.Targets.Ipvs;
using Gorb.Writer;

namespace Gorb.Api.Overview;

/// <summary>Reads the whole table with the kernel's entries and the results of checks.</summary>
/// <param name="tableWriter">The wanted table.</param>
/// <param name="kernel">The kernel, on a socket of its own: a large table takes long to read.</param>
/// <param name="sysctls">The limits of the kernel.</param>
/// <param name="pulse">The results of checks.</param>
/// <param name="clock">The clock.</param>
internal sealed class OverviewReader(TableWriter tableWriter, KernelReader kernel, Sysctls sysctls, PulseMonitor pulse, SteadyClock clock) : IDisposable
{
    /// <summary>How often it is read again, because the wanted table changed between the two tables.</summary>
    private const int MaxRepeats = 3;

    /// <summary>Reads it. May be called by one thread at a time.</summary>
    public ReadTable Read()
    {
        for (var repeats = 0; ; repeats++)
        {
            var version = tableWriter.Latest;
            var (entries, error) = ReadKernel();
            var reports = pulse.All().ToDictionary(static report => (report.Service, report.Backend));
            if (ReferenceEquals(version, tableWriter.Latest) || repeats == MaxRepeats)
            {
                return new ReadTable(error, [.. version.Table.Services.Values.Select(service => Read(service, entries, reports))]);
            }
        }
    }

    public void Dispose() => kernel.Dispose();

    private (Dictionary<ServiceKey, TableEntry>? Entries, string? Error) ReadKernel()
    {
        try
        {
            return (kernel.ReadTable().ToDictionary(static entry => entry.Service.Service.Key), null);
        }
        catch (RequestException error)
        {
            return (null, error.Message);
        }
    }

    private ReadService Read(Service service, Dictionary<ServiceKey, TableEntry>? entries, Dictionary<(string, string), BackendReport> reports)
    {
        var key = service.Spec.Key;
        var entry = entries?.GetValueOrDefault(key);
        var destinations = entry?.Destinations.ToDictionary(static destination => destination.Destination.Key);
        var weights = Placement.Of(service, sysctls.Limits).Weights;
        var backends = new ReadBackend[service.Backends.Count];
        for (var i = 0; i < backends.Length; i++)
        {
            var backend = service.Backends.Values[i];
            var destination = destinations?.GetValueOrDefault(backend.Spec.Key);
            var error = destination is null && destinations is not null && weights[i] != Placement.Absent ? $"{backend.Spec.Key} is not in the kernel's entry of {key}: something else removed it" : null;
            backends[i] = new ReadBackend(backend.Name, Read(backend, destination, error, reports.GetValueOrDefault((service.Name, backend.Name))));
        }

        return new ReadService(service.Name, key, Read(service, entry, entries is null || entry is not null ? null : $"{key} is not in the kernel's table: something else removed it", backends), backends);
    }

    private OverviewService Read(Service service, TableEntry? entry, string? error, ReadBackend[] backends)
    {
        var key = service.Spec.Key;
        var up = backends.Count(static backend => backend.View.State is OverviewStates.Up or OverviewStates.Unchecked);
        return new OverviewService(
            key.Address?.ToString(),
            key.IsFirewallMark ? null : key.Port,
            key.IsFirewallMark ? null : KernelWords.Protocol.Text(key.Protocol),
            key.IsFirewallMark ? key.FirewallMark : null,
            service.Spec.Method,
            service.Source,
            backends.Length == 0 ? OverviewStates.Empty : up == 0 ? OverviewStates.Down : up < backends.Length ? OverviewStates.Degraded : OverviewStates.Up,
            Weights.Health(service),
            service.IsDraining ? true : null,
            clock.HostTime(service.Departure?.Deadline),
            Unmanaged(service, entry),
            error,
            entry is null ? null : Read(entry.Service.Counters));
    }

    private OverviewBackend Read(Backend backend, DestinationEntry? entry, string? error, BackendReport? report)
    {
        var force = backend.Operator.Force ?? backend.Spec.Force;
        ValueList<OverviewCheck> checks = [.. (PulseViews.Of(report)?.Checks ?? []).Select(static check => new OverviewCheck(check.Type, check.Target, check.Status, check.Reason, check.At, check.LatencyMs))];
        return new OverviewBackend(
            backend.Spec.Address.ToString(),
            backend.Spec.Port,
            KernelWords.Forwarding.Text(backend.Spec.Method),
            backend.Source,
            OverviewStates.Of(backend, force, checks),
            OverviewStates.Reason(force, checks),
            report?.ChangedAt ?? clock.HostTime(backend.Since),
            backend.Operator.Weight ?? backend.Spec.Weight,
            force == Force.None ? null : PolicyWords.Force.Text(force),
            OperatorView.Of(backend.Operator),
            clock.HostTime(backend.Spec.Drain?.Deadline),
            error,
            entry is null ? null : new OverviewKernel(entry.Destination.Weight, entry.ActiveConnections, entry.InactiveConnections, entry.PersistentConnections, Read(entry.Counters)),
            checks);
    }

    private static ValueList<string>? Unmanaged(Service service, TableEntry? entry)
    {
        var owns = service.Owns();
        var others = entry?.Destinations.Select(static one => one.Destination.Key).Where(key => !owns(key)).Select(static key => key.ToString()).ToArray();
        return others is { Length: > 0 } ? [.. others] : null;
    }

    private static OverviewTraffic Read(Counters counters) => new(
        counters.ConnectionsPerSecond, counters.InPacketsPerSecond, counters.OutPacketsPerSecond, counters.InBytesPerSecond, counters.OutBytesPerSecond);
}
