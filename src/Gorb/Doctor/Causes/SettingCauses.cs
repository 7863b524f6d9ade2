using Gorb.Ipvs;

namespace Gorb.Doctor.Causes;

/// <summary>Causes in kernel settings (sysctl), by what the table uses.</summary>
internal static class SettingCauses
{
    public static IReadOnlyList<Cause> All { get; } =
    [
        new("forwarding-off", Severity.Error, "Clients of a service with nat get no answer.",
            "A packet that goes to a backend by nat is forwarded, and so is the answer; the kernel drops both.",
            "Switch forwarding on, now and at each boot (/etc/sysctl.d), or let Gorb do it (--sysctl apply).",
            static host => FromRules(host, "net.ipv4.ip_forward", ".forwarding")),
        new("forwarding-costs-route", Severity.Warning, "This host loses its IPv6 default route some minutes after forwarding was switched on.",
            "A host that forwards IPv6 ignores router advertisements unless accept_ra is 2.",
            "Set it for the device of the route, or let Gorb do it (--sysctl apply).",
            static host => FromRules(host, ".accept_ra")),
        new("arp-announced", Severity.Warning, "New connections to a backend with direct routing wait for a second, now and then.",
            "This host asks for the backend's hardware address in the name of the virtual address, and the backend, which has it too, does not answer.",
            "Set arp_announce on the device of the backends, or let Gorb do it (--sysctl apply).",
            static host => FromRules(host, ".arp_announce")),
        new("path-checks-unanswered", Severity.Error, "Backends with checks by path are down although they work.",
            "The answers of these checks come from the virtual address, which is this host's own; the kernel drops them as forged.",
            "Let the kernel accept them on the device of the backends, or let Gorb do it (--sysctl apply).",
            static host => FromRules(host, ".accept_local", ".rp_filter")),
        new("udp-without-expiry", Severity.Warning, "UDP clients get no answer for minutes after a backend was removed.",
            "A UDP client that keeps its port stays with a removed backend, and the kernel drops its packets, until net.ipv4.vs.expire_nodest_conn is 1.",
            "Set it, or let Gorb do it (--sysctl apply).",
            FindNoDestination),
        new("persistence-without-expiry", Severity.Warning, "A drain of a persistent service never ends; clients go on to a backend of weight 0.",
            "A persistent client goes on to its backend even at weight 0, until net.ipv4.vs.expire_quiescent_template is 1.",
            "Set it, or let Gorb do it (--sysctl apply).",
            FindPersistence),
        new("masquerade-untracked", Severity.Error, "Clients of a service with masquerade get no answer.",
            "Source NAT needs connection tracking, and net.ipv4.vs.conntrack keeps balanced connections out of it.",
            "Set it, or let Gorb do it (--sysctl apply).",
            static host => FromRules(host, "net.ipv4.vs.conntrack")),
        new("redirects-sent", Severity.Warning, "Some clients of a service with nat lose their connection after a while.",
            "Client and backend are on one link, so the kernel tells them by ICMP redirect to talk without this host; replies then bypass it.",
            "Switch redirects off, for all devices and for this one, or let Gorb do it (--sysctl apply).",
            static host => FromRules(host, ".send_redirects")),
        new("connections-reused", Severity.Warning, "Clients that reuse a port land on a drained backend, or wait a second.",
            "net.ipv4.vs.conn_reuse_mode does not fit this kernel: 1 is right from 5.9 on, 0 before.",
            "Set it as the command says, or let Gorb do it (--sysctl apply).",
            static host => FromRules(host, ".conn_reuse_mode")),
        new("packets-dropped-on-purpose", Severity.Warning, "Packets are lost under load, at random.",
            "A defence of IPVS against attacks is always on: it drops connections or packets.",
            "Switch it off, or to automatic (1).",
            FindDefence),
        new("backup-only", Severity.Error, "Clients are refused although everything is there.",
            "net.ipv4.vs.backup_only takes IPVS out of the way while this host is a backup of the connection synchronization.",
            "Set it to 0 on a host that balances.",
            static host => IsOne(host, "net.ipv4.vs.backup_only")),
        new("bridge-filtered", Severity.Note, "A container that is its own service's client gets no answer.",
            "br_netfilter passes bridged packets through the packet filter a second time; a reply between two ports of a bridge is then taken for a new connection.",
            "Switch it off, unless something needs it (Kubernetes does).",
            static host => host.Services().Any() ? IsOne(host, "net.bridge.bridge-nf-call-iptables") : []),
        new("estimation-off", Severity.Note, "Counters and rates of services stand still.",
            "net.ipv4.vs.run_estimation is 0: the kernel counts, and does not show it.",
            "Switch it on.",
            static host => host.Number("net.ipv4.vs.run_estimation") == 0 ? [IsZero("net.ipv4.vs.run_estimation")] : []),
    ];

    /// <summary>What the rules of --sysctl ask for and the kernel does not have.</summary>
    /// <param name="host">The host.</param>
    /// <param name="endings">The ends of the settings' names.</param>
    public static IEnumerable<Sighting> FromRules(HostView host, params string[] endings) =>
        from need in host.SettingNeeds()
        where endings.Any(ending => need.Rule.Setting.EndsWith(ending, StringComparison.Ordinal))
        where host.Setting(need.Setting) is not null && !need.IsMet(host.Setting)
        select new Sighting($"{need.Setting} is {host.Setting(need.Setting)}: {need.Rule.Loss}", need.Command) { Subject = need.Setting };

    private static IEnumerable<Sighting> FindNoDestination(HostView host)
    {
        const string setting = "net.ipv4.vs.expire_nodest_conn";
        return host.Number(setting) == 0 && host.Services().Any(static service => service.Spec is { OnePacket: false, Key: { IsFirewallMark: false, Protocol: TransportProtocol.Udp } })
            ? [IsZero(setting)]
            : [];
    }

    private static IEnumerable<Sighting> FindPersistence(HostView host)
    {
        const string setting = "net.ipv4.vs.expire_quiescent_template";
        return host.Number(setting) == 0 && host.Services().Any(static service => service.Spec.Persistence is not null) ? [IsZero(setting)] : [];
    }

    private static Sighting IsZero(string setting) => new($"{setting} is 0", $"sysctl -w {setting}=1") { Subject = setting };

    private static IEnumerable<Sighting> IsOne(HostView host, string setting) => host.Number(setting) == 1 ? [new Sighting($"{setting} is 1", $"sysctl -w {setting}=0") { Subject = setting }] : [];

    private static IEnumerable<Sighting> FindDefence(HostView host) =>
        from setting in (string[])["net.ipv4.vs.drop_entry", "net.ipv4.vs.drop_packet"]
        where host.Number(setting) is 2 or 3
        select new Sighting($"{setting} is {host.Setting(setting)}", $"sysctl -w {setting}=0") { Subject = setting };
}
