using Gorb.Targets.Host.Sync;

namespace Gorb.Doctor.Causes;

/// <summary>Causes in the synchronization of connections with other directors.</summary>
internal static class SyncCauses
{
    private const string Ports = "net.ipv4.vs.sync_ports";

    public static IReadOnlyList<Cause> All { get; } =
    [
        new("sync-stopped", Severity.Error, "Open connections end when an address moves to another director.",
            "A sync daemon of the kernel does not run as --sync-interface asks, so directors do not hear of each other's connections.",
            "Mend what the finding names; Gorb then starts the daemon by itself.",
            FindStopped),
        new("sync-mixed-families", Severity.Error, "A sync daemon is refused, or a backend with a tunnel to another address family.",
            "The kernel cannot synchronize connections between address families, and has either such backends or the daemons.",
            "Remove the backend, or start Gorb without --sync-interface.",
            FindMixedFamilies),
        new("sync-settings", Severity.Warning, "Some open connections end when an address moves to another director.",
            "Kernel settings decide how early and how often the other directors hear of a connection.",
            "Set them, or let Gorb do it: without --sysctl check or off it does.",
            static host => SettingCauses.FromRules(host, ".sync_threshold", ".sync_refresh_period", ".sync_retries", ".sloppy_tcp")),
        new("sync-ports", Severity.Note, "Some or all open connections end when an address moves to another director.",
            "Messages are spread over as many UDP ports as net.ipv4.vs.sync_ports says; a director with fewer does not hear those of the others.",
            "Give all directors the same value, then stop the daemons: Gorb starts them again.",
            FindPorts),
        new("sync-one-packet", Severity.Note, "Datagrams of one client reach another backend after an address moved.",
            "One-packet scheduling (ops) has no connections that other directors could hear of.",
            "Use mh with mh-port where each director must choose the same backend.",
            static host => IsSynchronizing(host) ? host.Services().Where(static service => service.Spec.OnePacket).Select(static service => new Sighting($"{service.Name} has ops") { Subject = service.Name }) : []),
    ];

    private static bool IsSynchronizing(HostView host) => host.Daemon is { Sync.Count: > 0 };

    private static IEnumerable<Sighting> FindStopped(HostView host) =>
        from state in host.Daemon?.Sync ?? []
        where state.Status != SyncStatus.Running
        let role = SyncWords.Of(state.Role)
        select new Sighting($"{role}: {state.Problem ?? "it does not run; the log says why"}", state.Status == SyncStatus.Conflict ? $"ipvsadm --stop-daemon {role}" : null) { Subject = role };

    private static IEnumerable<Sighting> FindMixedFamilies(HostView host) =>
        from pair in host.Backends()
        where IsSynchronizing(host) && pair.Backend.Spec.Address.AddressFamily != pair.Service.Spec.Key.Family
        let path = Wanted.Path(pair.Service, pair.Backend)
        select new Sighting($"{path} is {pair.Backend.Spec.Address}, of another address family than its service") { Subject = path };

    private static IEnumerable<Sighting> FindPorts(HostView host) => IsSynchronizing(host) && host.Number(Ports) is { } ports and > 1
        ? [new Sighting($"{Ports} is {ports} here; it must be so on every director") { Subject = Ports }]
        : [];
}
