using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Gorb.Balancing;
using Gorb.Ipvs;
using Gorb.Pulse.Json;
using Gorb.Pulse.Monitoring;
using Gorb.Pulse.Policy;
using Gorb.Text;

namespace Gorb.Api;

/// <summary>How the wanted table and the kernel's entries look from outside.</summary>
internal static class Views
{
    /// <summary>The entry of a backend that is down and out of the kernel.</summary>
    private static readonly DestinationView Removed = new(0, 0, 0, 0, Of(default(Counters)), Removed: true);

    public static ServiceBody Of(ServiceSpec spec) => new()
    {
        Host = spec.Key.IsFirewallMark ? null : spec.Host,
        Port = spec.Key.IsFirewallMark ? null : spec.Key.Port,
        Protocol = spec.Key.IsFirewallMark ? null : spec.Key.Protocol.ToString().ToLowerInvariant(),
        Fwmark = spec.Key.IsFirewallMark ? spec.Key.FirewallMark : null,
        Family = !spec.Key.IsFirewallMark ? null : spec.Key.Family == AddressFamily.InterNetworkV6 ? "ipv6" : "ipv4",
        Method = spec.Method,
        Flags = spec.Flags,
        Persistent = spec.Persistence is not null,
        Persistence = spec.Persistence is { } persistence ? Of(persistence, spec.PersistenceEngine) : null,
        Ops = spec.OnePacket ? true : null,
        Exclusive = spec.Exclusive ? true : null,
        Pulse = spec.Pulse is null ? null : JsonElement.Parse(SecretHeaders.Hide(spec.Pulse)),
        Start = spec.Start == StartPolicy.Up ? null : PolicyWords.Word(spec.Start),
        SlowStart = spec.SlowStart == TimeSpan.Zero ? null : Duration.Format(spec.SlowStart),
        WhenDown = spec.WhenDown == WhenDown.Auto ? null : PolicyWords.Word(spec.WhenDown),
        Fallback = spec.Fallback == Fallback.Nobody ? null : PolicyWords.Word(spec.Fallback),
        MinHealthy = spec.MinHealthy == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{spec.MinHealthy}%"),
        Sorry = spec.Sorry is { } sorry ? new SorryBody { Host = sorry.Address.ToString(), Port = sorry.Port, Method = Word(sorry.Method) } : null,
        Owner = spec.Owner,
    };

    public static BackendBody Of(BackendSpec spec) => new()
    {
        Host = spec.Host,
        Port = spec.Port,
        Method = Word(spec.Method),
        Weight = spec.Weight,
        Tunnel = spec.Method == ForwardingMethod.Tunnel ? Of(spec.Tunnel) : null,
        UpperThreshold = spec.UpperThreshold == 0 ? null : spec.UpperThreshold,
        LowerThreshold = spec.LowerThreshold == 0 ? null : spec.LowerThreshold,
        Pulse = spec.Pulse is null ? null : JsonElement.Parse(SecretHeaders.Hide(spec.Pulse)),
        Force = spec.Force == Force.None ? null : PolicyWords.Word(spec.Force),
        Drain = spec.Drain is null ? null : true,
        Owner = spec.Owner,
    };

    public static ServiceView Of(Service service, KernelView kernel) => new(
        Of(service.Spec),
        service.Spec.Key.Address?.ToString(),
        Weights.Health(service),
        [.. service.Backends.Keys],
        Unmanaged(service, kernel),
        kernel.Entry is { } entry ? Of(entry.Service.Counters) : null,
        kernel.Error);

    public static BackendView Of(Service service, Backend backend, KernelView kernel, KernelLimits limits, BackendReport? report, SteadyClock clock)
    {
        var now = clock.HostTime(clock.Now);
        var entry = kernel.Find(backend.Spec.Key);
        var isRemoved = entry is null && kernel.Entry is not null && Placement.Of(service, limits).IsAbsent(service, backend);
        return new BackendView(
            backend.Spec.Pulse is null ? Of(backend.Spec) with { Pulse = PulseViews.InForce(service.Spec, backend.Spec) } : Of(backend.Spec),
            backend.Spec.Address.ToString(),
            new MetricsView((int)backend.Health.Verdict, report?.Health ?? (backend.Health.Verdict == Verdict.Up ? 1 : 0), (long)Math.Max(0, (now - (report?.ChangedAt ?? clock.HostTime(backend.Since))).TotalSeconds)),
            PulseViews.Of(report),
            backend.Spec.Drain is { } drain ? new DrainView(entry?.Connections() ?? 0, entry?.PersistentConnections ?? 0, clock.HostTime(drain.Deadline)) : null,
            entry is not null ? Of(entry) : isRemoved ? Removed : null,
            entry is null && !isRemoved ? kernel.Error ?? $"{backend.Spec.Key} is not in the kernel's entry of {service.Spec.Key}: something else removed it" : null);
    }

    private static List<string>? Unmanaged(Service service, KernelView kernel)
    {
        var owns = service.Owns();
        var others = kernel.Entry?.Destinations.Select(entry => entry.Destination.Key).Where(key => !owns(key)).Select(key => key.ToString()).ToList();
        return others is { Count: > 0 } ? others : null;
    }

    private static PersistenceBody Of(Persistence persistence, string? engine) => new()
    {
        Timeout = JsonElement.Parse($"\"{Duration.Format(TimeSpan.FromSeconds(persistence.TimeoutSeconds))}\""),
        Netmask = persistence.Netmask.ToString(),
        Engine = engine,
    };

    private static TunnelBody Of(TunnelOptions tunnel) => new()
    {
        Type = tunnel.Type.ToString().ToLowerInvariant(),
        Port = tunnel.Port == 0 ? null : tunnel.Port,
        Checksum = tunnel.Checksum == TunnelChecksum.None ? null : tunnel.Checksum.ToString().ToLowerInvariant(),
    };

    private static DestinationView Of(DestinationEntry entry) => new(
        entry.Destination.Weight, entry.ActiveConnections, entry.InactiveConnections, entry.PersistentConnections, Of(entry.Counters));

    private static TrafficView Of(Counters counters) => new(
        counters.Connections, counters.InPackets, counters.OutPackets, counters.InBytes, counters.OutBytes,
        counters.ConnectionsPerSecond, counters.InPacketsPerSecond, counters.OutPacketsPerSecond, counters.InBytesPerSecond, counters.OutBytesPerSecond);

    private static string Word(ForwardingMethod method) => method switch
    {
        ForwardingMethod.Masquerade => "nat",
        ForwardingMethod.DirectRoute => "dr",
        ForwardingMethod.Tunnel => "tunnel",
        _ => throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"No backend is forwarded by {method}.")),
    };
}
