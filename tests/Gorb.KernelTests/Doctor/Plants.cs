using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Doctor;

/// <summary>The causes that are planted while the daemon runs. The tables are in YAML.</summary>
internal static class Plants
{
    private const string Fast = "{type: tcp, interval: 100ms, timeout: 100ms, fall: 1}";
    private const string Unchecked = "{type: none}";
    private const string Other = "web: {host: 10.9.0.111, port: 80}";
    private const string Other6 = "web: {host: 'fd00:9::111', port: 80}";
    private const string Restore = """
        ip netns exec b1 sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2 net.ipv4.conf.tunl0.rp_filter=0
        ip -n b1 link set tunl0 up
        ip -n b1 addr flush dev tunl0
        ip -n b1 addr replace 10.9.0.100/32 dev lo
        """;

    /// <summary>The client advertises itself as a router (RFC 4861, section 4.2) until br0 has the route.</summary>
    private const string Advertise = """
        sysctl -qw net.ipv6.conf.br0.accept_ra=2
        here=$(ip -6 -o addr show dev br0 scope link | awk '{ split($4, a, "/"); print a[1]; exit }')
        advertised() {
            printf '\206\0\0\0\0\0\2\130\0\0\0\0\0\0\0\0' | ip netns exec cl socat -u - "IP6-SENDTO:[$here%eth0]:58,ipv6-unicast-hops=255"
            ip -6 route show proto ra dev br0 | grep -q default
        }
        until_true advertised || { ip -6 addr show dev br0; ip -6 route; ip -n cl -6 neigh; exit 1; }
        sysctl -qw net.ipv6.conf.br0.accept_ra=1
        """;

    private const string Uncheck = """curl -sSf -X PATCH "http://$GORB_LISTEN/service/web/b1" -d '{"pulse": {"type": "none"}}'""";

    private static readonly string Nat = Web("host: 10.9.0.21, port: 80");
    private static readonly string Direct = Web("host: 10.9.0.21, port: 80, method: dr");
    private static readonly string Nat6 = Web("host: 'fd00:9::21', port: 80", vip: "'fd00:9::100'");
    private static readonly string Tunnel = Web("host: 10.9.0.21, port: 80, method: tunnel");

    public static IReadOnlyList<Plant> All { get; } = [.. Settings, .. Addresses, .. Routes, .. Hosts, .. Filters, .. Programs, .. Kernel, .. Weights, .. Daemon];

    private static IEnumerable<Plant> Settings =>
    [
        new("forwarding-off", Nat, "sysctl -qw net.ipv4.ip_forward=0", "sysctl -qw net.ipv4.ip_forward=1"),
        new("forwarding-off", Nat6, "sysctl -qw net.ipv6.conf.all.forwarding=0", "sysctl -qw net.ipv6.conf.all.forwarding=1") { Subject = "net.ipv6.conf.all.forwarding" },
        new("udp-without-expiry", "dns: {host: 10.9.0.100, port: 53, protocol: udp}", "sysctl -qw net.ipv4.vs.expire_nodest_conn=0", "sysctl -qw net.ipv4.vs.expire_nodest_conn=0"),
        new("persistence-without-expiry", "web: {host: 10.9.0.100, port: 80, persistent: true}", "sysctl -qw net.ipv4.vs.expire_quiescent_template=0", "sysctl -qw net.ipv4.vs.expire_quiescent_template=0"),
        new("redirects-sent", Nat, "sysctl -qw net.ipv4.conf.all.send_redirects=1", "sysctl -qw net.ipv4.conf.all.send_redirects=0"),
        new("forwarding-costs-route", Nat6, Advertise, "ip -6 route flush proto ra; sysctl -qw net.ipv6.conf.br0.accept_ra=1"),
        new("arp-announced", Direct, "true", "sysctl -qw net.ipv4.conf.br0.arp_announce=0"),
        new("path-checks-unanswered", Web("host: 10.9.0.21, port: 80, method: dr", "{type: tcp, via: path}"), "true", "sysctl -qw net.ipv4.conf.br0.accept_local=0"),
        new("connections-reused", Nat, "sysctl -qw net.ipv4.vs.conn_reuse_mode=0", "sysctl -qw net.ipv4.vs.conn_reuse_mode=1"),
        new("packets-dropped-on-purpose", Nat, "sysctl -qw net.ipv4.vs.drop_packet=3", "sysctl -qw net.ipv4.vs.drop_packet=0"),
        new("backup-only", Nat, "sysctl -qw net.ipv4.vs.backup_only=1", "sysctl -qw net.ipv4.vs.backup_only=0"),
        new("bridge-filtered", Nat, "modprobe br_netfilter; sysctl -qw net.bridge.bridge-nf-call-iptables=1", "rmmod br_netfilter"),
        new("estimation-off", Nat, "sysctl -qw net.ipv4.vs.run_estimation=0", "sysctl -qw net.ipv4.vs.run_estimation=1") { Needs = KernelFeature.Estimation },
    ];

    private static IEnumerable<Plant> Addresses =>
    [
        new("vip-not-local", Other, "true", "ip addr del 10.9.0.111/32 dev br0"),
        new("vip-not-local", Other6, "true", "ip addr del fd00:9::111/128 dev br0"),
        new("vip-link-down", Other, "ip link add vipdown type dummy; ip addr add 10.9.0.111/32 dev vipdown", "ip link del vipdown"),
        new("vip-unusable", Other6, "sysctl -qw net.ipv6.conf.br0.dad_transmits=100; ip addr add fd00:9::111/128 dev br0",
            "ip addr del fd00:9::111/128 dev br0; sysctl -qw net.ipv6.conf.br0.dad_transmits=1"),
        new("vip-arp-silent", Other, "ip link add vip0 type dummy; ip link set vip0 up; ip addr add 10.9.0.111/32 dev vip0; sysctl -qw net.ipv4.conf.all.arp_ignore=1",
            "ip link del vip0; ip addr del 10.9.0.111/32 dev br0; sysctl -qw net.ipv4.conf.all.arp_ignore=0"),
        new("vip-ndp-silent", Other6, "ip link add vip0 type dummy; ip link set vip0 up; ip addr add fd00:9::111/128 dev vip0 nodad", "ip link del vip0; ip addr del fd00:9::111/128 dev br0"),
    ];

    private static IEnumerable<Plant> Routes =>
    [
        new("backend-unroutable", Nat, "ip route add prohibit 10.9.0.21", "ip route del prohibit 10.9.0.21"),
        new("backend-behind-dummy", Nat, "ip link add net0 type dummy; ip link set net0 up; ip addr add 10.9.0.17/28 dev net0", "ip link del net0"),
        new("dr-behind-router", Web("host: 10.77.0.21, port: 80, method: dr"), "ip route add 10.77.0.0/24 via 10.9.0.21", "ip route del 10.77.0.0/24"),
        new("dr-asks-for-vip", Web("host: 10.9.0.22, port: 80"), ChangeMethod("b1", "dr"), "ip route del 10.9.0.22"),
        new("backend-silent-on-link", Web("host: 10.9.0.99, port: 80"), "ip neigh replace 10.9.0.99 dev br0 nud failed", "ip neigh flush to 10.9.0.99 dev br0"),
        new("asymmetric-path", Nat, "sysctl -qw net.ipv4.conf.br0.rp_filter=1; ip link add up0 type dummy; ip link set up0 up; ip route add default dev up0",
            "ip link del up0; sysctl -qw net.ipv4.conf.br0.rp_filter=0"),
        new("tunnel-mtu", Tunnel, "true", "sysctl -qw net.ipv4.vs.pmtu_disc=1"),
        new("gue-remote-checksum", Web("host: 10.9.0.21, port: 80, method: tunnel, tunnel: {type: gue, port: 6080, checksum: remote}"), "true", "true"),
    ];

    private static IEnumerable<Plant> Hosts =>
    [
        new("vip-on-two-hosts", Nat, "ip netns exec b2 sysctl -qw net.ipv4.conf.all.arp_ignore=0", "ip netns exec b2 sysctl -qw net.ipv4.conf.all.arp_ignore=1")
        {
            IsProbed = true,
            Mend = "ip netns exec b2 sysctl -qw net.ipv4.conf.all.arp_ignore=1",
        },
        new("backend-answers-arp", Direct, "ip netns exec b1 sysctl -qw net.ipv4.conf.all.arp_ignore=0", Restore) { IsProbed = true },
        new("backend-lacks-vip", Direct, "ip -n b1 addr del 10.9.0.100/32 dev lo", Restore) { IsProbed = true },
        new("backend-lacks-vip", Tunnel, "ip -n b1 addr del 10.9.0.100/32 dev lo", Restore) { IsProbed = true },
        new("tunnel-not-unwrapped", Tunnel, "ip -n b1 link set tunl0 down", Restore) { IsProbed = true },
        new("tunnel-not-unwrapped", Web("host: 10.9.0.21, port: 80, method: tunnel, tunnel: {type: gue, port: 6080}"), "true", $"{Restore}; ip -n b1 fou del port 6080") { IsProbed = true },
        new("path-mtu-lost", Direct, "ip -n b1 link set eth0 mtu 1300", "ip -n b1 link set eth0 mtu 1500; ip route del 10.9.0.21") { IsProbed = true },
    ];

    private static IEnumerable<Plant> Filters =>
    [
        new("filter-drops-clients", Nat, "nft 'add table inet wall; add chain inet wall in { type filter hook input priority 0; }; add rule inet wall in ip daddr 10.9.0.100 tcp dport 80 counter drop'", "nft delete table inet wall")
        {
            Needs = KernelFeature.Nftables,
        },
        new("filter-drops-clients", Nat, "nft 'add table ip wall; add chain ip wall in { type filter hook input priority 0; policy drop; }; add rule ip wall in iif lo accept; add rule ip wall in ip daddr 10.9.0.1 accept; add rule ip wall in udp dport 80 accept'", "nft delete table ip wall")
        {
            Needs = KernelFeature.Nftables,
        },
        new("filter-drops-replies", Nat6, "nft 'add table inet wall; add chain inet wall sub; add rule inet wall sub meta nfproto ipv6 drop; add chain inet wall fw { type filter hook forward priority 0; }; add rule inet wall fw meta l4proto tcp jump sub'",
            "nft delete table inet wall")
        {
            Needs = KernelFeature.Nftables,
        },
        new("filter-drops-clients", Nat, "iptables-legacy -A INPUT -d 10.9.0.0/24 -p tcp --dport 80:90 -j DROP", "iptables-legacy -F INPUT") { Needs = KernelFeature.Xtables },
        new("filter-drops-replies", Nat, "iptables-legacy -P FORWARD DROP", "iptables-legacy -P FORWARD ACCEPT") { Needs = KernelFeature.Xtables },
        new("filter-drops-replies", Nat6, "ip6tables-legacy -A FORWARD -s fd00:9::/64 -j REJECT", "ip6tables-legacy -F FORWARD") { Needs = KernelFeature.Xtables },
        new("filter-drops-backends", Nat, "iptables-legacy -A OUTPUT -p tcp -d 10.9.0.21 -j DROP", "iptables-legacy -F OUTPUT") { Needs = KernelFeature.Xtables },
    ];

    private static IEnumerable<Plant> Programs =>
    [
        new("port-taken-locally", Nat, "socat TCP-LISTEN:80,fork,reuseaddr EXEC:true </dev/null >/dev/null 2>&1 & until_true sh -c 'ss -ltn | grep -q \":80 \"'", "pkill -x socat"),
        new("docker-proxy", Web("host: 10.9.0.1, port: 8080"),
            "cp \"$(command -v socat)\" /run/docker-proxy && { /run/docker-proxy TCP-LISTEN:8080,fork,reuseaddr EXEC:true </dev/null >/dev/null 2>&1 & }", "pkill -x docker-proxy")
        {
            Mend = "pkill -x docker-proxy",
        },
        new("conntrack-filling", Nat, "modprobe nf_conntrack; conntrack -I -p udp -s 10.9.0.10 -d 10.9.0.11 --sport 1 --dport 1 -t 60; sysctl -qw net.netfilter.nf_conntrack_max=$(conntrack -C)", "conntrack -F; sysctl -qw net.netfilter.nf_conntrack_max=65536"),
    ];

    private static IEnumerable<Plant> Kernel =>
    [
        new("service-not-in-kernel", Nat, "ipvsadm -C", "true"),
        new("unmanaged-destination", Nat, "ipvsadm -a -t 10.9.0.100:80 -r 10.9.0.29:80 -m", "true"),
        new("replies-missing", Web("host: 10.9.0.21, port: 80, weight: 7"),
            "ip -n b1 rule del from 10.9.0.21 to 10.9.0.10 lookup 9; for i in 1 2 3; do ip netns exec cl curl -s -m 0.3 http://10.9.0.100/ >/dev/null; done; true",
            // The mend adds a rule, too, and the kernel takes a second one at another priority.
            "ip -n b1 rule del from 10.9.0.21 to 10.9.0.10 lookup 9; ip -n b1 rule add from 10.9.0.21 to 10.9.0.10 lookup 9")
        {
            Mend = "ip -n b1 rule add from 10.9.0.21 to 10.9.0.10 lookup 9; ip netns exec cl curl -s -m 30 http://10.9.0.100/ >/dev/null; true",
        },
        new("port-ignored", "web: {fwmark: 7, persistent: true, backends: {b1: {host: 10.9.0.21, port: 8080, pulse: {type: none}}}}",
            // The server keeps the connection open, so that curl waits for more until its time is up.
            """
            iptables-legacy -t mangle -A PREROUTING -p tcp -d 10.9.0.100 --dport 80 -j MARK --set-mark 7
            is_served() { ip netns exec cl curl -s --http0.9 -m 2 http://10.9.0.100/ | grep b1; }
            until_true is_served
            """,
            "iptables-legacy -t mangle -F PREROUTING")
        {
            Needs = KernelFeature.Xtables,
            // Nothing listens on the backend's own port, to which the kernel sends the client then.
            Mend = """
                curl -sSf -X PATCH "http://$GORB_LISTEN/service/web" -d '{"persistence": null}' || exit 1
                is_sent() { ip netns exec cl curl -s --http0.9 -m 2 http://10.9.0.100/ && exit 1; ipvsadm -Lnc | grep -F 10.9.0.21:8080; }
                until_true is_sent
                """,
        },
        new("unmanaged-mark", Nat, "ipvsadm -A -f 4242", "ipvsadm -D -f 4242"),
    ];

    private static IEnumerable<Plant> Weights =>
    [
        new("all-down", Web("host: 10.9.0.21, port: 9", Fast), "true", "true") { Mend = Uncheck },
        new("some-down", $"web: {{host: 10.9.0.100, port: 80, backends: {{b1: {{host: 10.9.0.21, port: 9, pulse: {Fast} }}, b2: {{host: 10.9.0.22, port: 80, pulse: {Unchecked} }} }} }}", "true", "true") { Mend = Uncheck },
        new("no-backends", Other, "true", "true") { Mend = """curl -sSf -X PUT "http://$GORB_LISTEN/service/web/b1" -d '{"host": "10.9.0.21", "port": 80}'""" },
        new("no-weight", Web("host: 10.9.0.21, port: 80, weight: 0"), "true", "true"),
        new("forced-up", Web("host: 10.9.0.21, port: 9, force: up", Fast), "true", "true"),
        new("hash-without-fallback", "web: {host: 10.9.0.100, port: 80, method: mh, flags: 'no-fallback|mh-port'}", "true", "true"),
        new("hash-too-small", $"web: {{host: 10.9.0.100, port: 80, method: sh, pulse: {Unchecked}, backends: {{ {string.Join(", ", Enumerable.Range(0, 257).Select(static i => $"h{i}: {{host: 10.8.{i / 256}.{i % 256}, port: 80}}"))} }} }}", "true", "true"),
        new("checked-off-path", Web("host: 10.9.0.21, port: 80, method: dr", "{type: tcp}"), "true", "true"),
        new("threshold-reached", Web("host: 10.9.0.21, port: 80, upper_threshold: 1"), "for i in 1 2 3; do ip netns exec cl curl -sf -m 30 http://10.9.0.100/ >/dev/null && break; done; true", "true"),
        new("udp-unchecked", "dns: {host: 10.9.0.100, port: 53, protocol: udp, backends: {b1: {host: 10.9.0.21, port: 53}}}", "true", "true"),
    ];

    private static IEnumerable<Plant> Daemon =>
    [
        new("file-limit", Nat, """prlimit --pid "$GORB_PID" --nofile=300:300""", """prlimit --pid "$GORB_PID" --nofile=65536:65536"""),
        new("source-conflict", Nat, """curl -sSf -X PUT "http://$GORB_LISTEN/config?source=other" -d '{"services": {"web": {"host": "10.9.0.101", "port": 80}}}'""", "true")
        {
            Mend = """curl -sSf -X PUT "http://$GORB_LISTEN/config?source=other" -d '{"services": {}}'""",
        },
        new("clock-jump", Nat, "date -s '+1 hour'", "true") { Mend = "date -s '-1 hour'" },
    ];

    /// <summary>Changes a backend's method while a connection is open, uses that connection once more, and opens a second one.</summary>
    private static string ChangeMethod(string backend, string method) => $$$"""
        bash -ec 'coproc client { ip netns exec cl bash -ec "exec 7<>/dev/tcp/10.9.0.100/80; head -c 2 <&7; read -r line; printf ? >&7; head -c 2 <&7"; }
        head -c 2 <&${client[0]}
        curl -sSf -X PATCH "http://$GORB_LISTEN/service/web/{{{backend}}}" -d "{\"method\": \"{{{method}}}\"}"
        echo again >&${client[1]}
        head -c 2 <&${client[0]}
        ! ip netns exec cl curl -s -m 1 http://10.9.0.100/'
        """;

    /// <summary>The service web with the backend b1.</summary>
    private static string Web(string backend, string pulse = Unchecked, string vip = "10.9.0.100") =>
        $"web: {{host: {vip}, port: 80, backends: {{b1: {{ {backend}, pulse: {pulse} }} }} }}";
}
