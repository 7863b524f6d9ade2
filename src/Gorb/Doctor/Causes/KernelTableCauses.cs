using System.Collections.Immutable;
using System.Globalization;
using Gorb.Ipvs;
using Gorb.Ipvs.Nftables;
using Gorb.Model.Merging;

namespace Gorb.Doctor.Causes;

/// <summary>Causes in the kernel's IPVS table: missing entries, and entries of other programs.</summary>
internal static class KernelTableCauses
{
    /// <summary>Connections in a bucket of the connection table above which searching it costs time that is felt.</summary>
    private const int MaxPerBucket = 8;

    /// <summary>Packets of clients without one reply; fewer may be on their way.</summary>
    private const int MinUnanswered = 3;

    public static IReadOnlyList<Cause> All { get; } =
    [
        new("scheduler-missing", Severity.Error, "A service is answered with 500 and ENOENT, or is gone after a reboot.",
            "The kernel cannot make a service without the module of its scheduler.",
            "Load the module on the host, now and at each boot; then let Gorb repair.",
            FindScheduler),
        new("service-not-in-kernel", Severity.Error, "Clients of a service are refused.",
            "Something removed the service from the kernel's table; Gorb has not repaired it yet, or cannot.",
            "Let Gorb repair at once, and find out what removes it.",
            FindMissing),
        new("unmanaged-destination", Severity.Warning, "Some clients land on a server that Gorb does not know.",
            "Another program put destinations into a service of Gorb's; they get their share of the clients, without checks.",
            "Remove them, add them as backends, or set \"exclusive\" on the service.",
            FindDestinations),
        new("unmanaged-mark", Severity.Warning, "Clients of a service land elsewhere.",
            "IPVS looks for a service by firewall mark first: packets that carry this mark never reach a service by address.",
            "Remove the service of the other program, or take its mark off the packets.",
            FindMarks),
        new("port-mapped-without-nat", Severity.Error, "Connections to a backend hang.",
            "Direct routing and tunnels do not change the port: the backend gets packets for the service's port, where nothing listens.",
            "Use the service's port, or method nat.",
            FindPorts),
        new("port-ignored", Severity.Note, "A backend gets connections for another port than its own.",
            "In a persistent service by firewall mark, or on every port (port 0), the kernel keeps the port that the client asked for, whatever port the backend has.",
            "Let the backend listen on the port that clients ask for, or use method sh in place of persistence.",
            FindIgnoredPorts),
        new("replies-missing", Severity.Warning, "A backend with nat is up, and its clients get no answer.",
            "Packets of clients went to the backend, and no reply came back through this host: the backend sends replies another way, or drops the packets.",
            "Make this host the backend's gateway to the clients, or let Gorb masquerade.",
            FindUnanswered),
        new("connection-table-small", Severity.Warning, "The processor is busy, and the rate of connections stalls.",
            "Each packet searches its bucket of the connection table; the buckets hold too many connections.",
            "Load ip_vs with a larger conn_tab_bits; that needs a reload of the module, or a reboot.",
            FindTable),
        new("source-conflict", Severity.Warning, "A service or backend of a document is not there.",
            "Another source has its name or its address first. The loser waits until that is free.",
            "Remove it from one of the two sources (GET /sources names both).",
            FindConflicts),
    ];

    private static IEnumerable<Sighting> FindScheduler(HostView host)
    {
        var used = host.Entries.Select(static entry => entry.Service.Service.Scheduler).ToHashSet();
        return from service in Missing(host)
               let module = $"ip_vs_{service.Spec.Method}"
               where host.Modules is { } modules && !modules.Contains(module) && !used.Contains(service.Spec.Method)
               select new Sighting($"service {service.Name} has method {service.Spec.Method}, and {module} is not loaded", $"modprobe {ShellText.Quote(module)} && {DaemonCauses.Hangup(host)}")
               { Subject = service.Name };
    }

    private static IEnumerable<Sighting> FindMissing(HostView host) =>
        Missing(host).Select(service => new Sighting($"{service.Spec.Key} of service {service.Name} is not in the kernel's table", DaemonCauses.Hangup(host)) { Subject = service.Name });

    private static IEnumerable<Model.Service> Missing(HostView host)
    {
        if (host.IpvsTrouble is not null)
        {
            return [];
        }

        var keys = host.Entries.Select(static entry => entry.Service.Service.Key).ToHashSet();
        return host.Services().Where(service => !keys.Contains(service.Spec.Key));
    }

    private static IEnumerable<Sighting> FindDestinations(HostView host) => host.Daemon is not { Table: var table } ? [] :
        from entry in host.Entries
        let key = entry.Service.Service.Key
        where table.Names.ContainsKey(key)
        let service = table.Services[table.Names[key]]
        let owns = service.Owns()
        from destination in entry.Destinations
        where !owns(destination.Destination.Key)
        select new Sighting($"{destination.Destination.Key} in service {service.Name} is not managed", $"ipvsadm -d {Option(key)} -r {destination.Destination.Key}") { Subject = service.Name };

    private static IEnumerable<Sighting> FindMarks(HostView host) => host.Daemon is not { Table.Services.IsEmpty: false } daemon ? [] :
        from entry in host.Entries
        let key = entry.Service.Service.Key
        where key.IsFirewallMark && !daemon.PathMarks.Contains(key.FirewallMark) && !daemon.Table.Names.ContainsKey(key)
        select new Sighting($"the kernel has {key}, which is not managed", $"ipvsadm -D {Option(key)}") { Subject = key.ToString() };

    private static IEnumerable<Sighting> FindPorts(HostView host) =>
        from entry in host.Entries
        let key = entry.Service.Service.Key
        where key.Port != 0
        from destination in entry.Destinations
        let real = destination.Destination
        where real.Forwarding is ForwardingMethod.DirectRoute or ForwardingMethod.Tunnel && real.Key.Port != key.Port && real.Key.Port != 0
        select new Sighting(
            $"{real.Key} in {key} has forwarding method {(real.Forwarding == ForwardingMethod.Tunnel ? "tunnel" : "dr")}",
            string.Create(CultureInfo.InvariantCulture, $"ipvsadm -d {Option(key)} -r {real.Key}"))
        { Subject = key.ToString() };

    /// <summary>ip_vs_sched_persist gives the backend's port only to packets for the service's own port.</summary>
    private static IEnumerable<Sighting> FindIgnoredPorts(HostView host) =>
        from entry in host.Entries
        let service = entry.Service.Service
        where service.Key.Port == 0 && service.Flags.HasFlag(ServiceFlags.Persistent)
        from destination in entry.Destinations
        let real = destination.Destination
        where real.Forwarding == ForwardingMethod.Masquerade && real.Key.Port != 0
        select new Sighting($"{real.Key} in {service.Key} never gets its own port, because the service is persistent") { Subject = service.Key.ToString() };

    private static IEnumerable<Sighting> FindUnanswered(HostView host) =>
        from owned in host.Destinations()
        let counters = owned.Entry.Counters
        where owned.Backend.Spec.Method == ForwardingMethod.Masquerade && owned.Backend.Health.Verdict == Model.Policy.Verdict.Up
        where counters is { InPackets: >= MinUnanswered, OutPackets: 0 }
        let path = Wanted.Path(owned.Service, owned.Backend)
        select new Sighting(string.Create(CultureInfo.InvariantCulture, $"{counters.InPackets} packets went to {path}, and none came back"),
            owned.Service.Spec.Masquerade == MasqueradeMode.Never ? host.Daemon!.Patch(owned.Service, """{"masquerade": true}""") : null)
        { Subject = path };

    private static IEnumerable<Sighting> FindTable(HostView host)
    {
        var connections = host.Entries.SelectMany(static entry => entry.Destinations).Sum(static entry => (long)entry.ActiveConnections + entry.InactiveConnections + entry.PersistentConnections);
        return connections <= MaxPerBucket * (long)host.ConnectionTableSize ? [] :
        [
            new Sighting(
                string.Create(CultureInfo.InvariantCulture, $"{connections} connections in {host.ConnectionTableSize} buckets"),
                "echo 'options ip_vs conn_tab_bits=20' >/etc/modprobe.d/gorb-ip_vs.conf"),
        ];
    }

    private static IEnumerable<Sighting> FindConflicts(HostView host) =>
        from claims in Claims(host)
        from source in claims.Value.Select(static claim => claim.Source).Distinct()
        from conflict in SourceConflicts.Of(host.Daemon!.Table, source)
        where conflict.Service == claims.Key
        select new Sighting($"source {source}: {conflict.Problem}") { Subject = claims.Key };

    private static ImmutableSortedDictionary<string, ImmutableArray<Claim>> Claims(HostView host) => (host.Daemon?.Table ?? Model.Table.Empty).Declarations.Claims;

    /// <summary>The option of ipvsadm that names a service.</summary>
    private static string Option(ServiceKey key) => key.IsFirewallMark
        ? string.Create(CultureInfo.InvariantCulture, $"-f {key.FirewallMark}{(key.Family == System.Net.Sockets.AddressFamily.InterNetworkV6 ? " -6" : "")}")
        : $"{(key.Protocol == TransportProtocol.Udp ? "-u" : key.Protocol == TransportProtocol.Sctp ? "--sctp-service" : "-t")} {new System.Net.IPEndPoint(key.Address!, key.Port)}";
}
