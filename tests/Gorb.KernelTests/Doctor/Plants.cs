namespace Gorb.KernelTests.Doctor;

/// <summary>The causes that are planted while the daemon runs. The tables are in YAML.</summary>
internal static class Plants
{
    private const string Fast = "{type: tcp, interval: 100ms, timeout: 100ms, fall: 1}";
    private const string Unchecked = "{type: none}";
    private const string Other = "web: {host: 10.9.0.111, port: 80}";
    private const string Other6 = "web: {host: 'fd00:9::111', port: 80}";
    private const string Uncheck = """curl -sSf -X PATCH "http://$GORB_LISTEN/service/web/b1" -d '{"pulse": {"type": "none"}}'""";

    private static readonly string Nat = Web("host: 10.9.0.21, port: 80");
    private static readonly string Nat6 = Web("host: 'fd00:9::21', port: 80", vip: "'fd00:9::100'");
    private static readonly string Tunnel = Web("host: 10.9.0.21, port: 80, method: tunnel");

    public static IReadOnlyList<Plant> All { get; } = [.. Settings, .. Addresses, .. Routes, .. Kernel, .. Weights, .. Daemon];

    private static IEnumerable<Plant> Settings =>
    [
        new("forwarding-off", Nat, "sysctl -qw net.ipv4.ip_forward=0", "sysctl -qw net.ipv4.ip_forward=1"),
        new("forwarding-off", Nat6, "sysctl -qw net.ipv6.conf.all.forwarding=0", "sysctl -qw net.ipv6.conf.all.forwarding=1") { Subject = "net.ipv6.conf.all.forwarding" },
        new("udp-without-expiry", "dns: {host: 10.9.0.100, port: 53, protocol: udp}", "sysctl -qw net.ipv4.vs.expire_nodest_conn=0", "sysctl -qw net.ipv4.vs.expire_nodest_conn=0"),
        new("persistence-without-expiry", "web: {host: 10.9.0.100, port: 80, persistent: true}", "sysctl -qw net.ipv4.vs.expire_quiescent_template=0", "sysctl -qw net.ipv4.vs.expire_quiescent_template=0"),
    ];

    private static IEnumerable<Plant> Addresses =>
    [
        new("vip-not-local", Other, "true", "ip addr del 10.9.0.111/32 dev br0"),
        new("vip-not-local", Other6, "true", "ip addr del fd00:9::111/128 dev br0"),
        new("vip-link-down", Other, "ip link add vipdown type dummy; ip addr add 10.9.0.111/32 dev vipdown", "ip link del vipdown"),
        new("vip-unusable", Other6, "sysctl -qw net.ipv6.conf.br0.dad_transmits=100; ip addr add fd00:9::111/128 dev br0",
            "ip addr del fd00:9::111/128 dev br0; sysctl -qw net.ipv6.conf.br0.dad_transmits=1"),
    ];

    private static IEnumerable<Plant> Routes =>
    [
        new("backend-unroutable", Nat, "ip route add prohibit 10.9.0.21", "ip route del prohibit 10.9.0.21"),
        new("backend-behind-dummy", Nat, "ip link add net0 type dummy; ip link set net0 up; ip addr add 10.9.0.17/28 dev net0", "ip link del net0"),
        new("dr-behind-router", Web("host: 10.77.0.21, port: 80, method: dr"), "ip route add 10.77.0.0/24 via 10.9.0.21", "ip route del 10.77.0.0/24"),
        new("backend-silent-on-link", Web("host: 10.9.0.99, port: 80"), "ip neigh replace 10.9.0.99 dev br0 nud failed", "ip neigh flush to 10.9.0.99 dev br0"),
        new("asymmetric-path", Nat, "sysctl -qw net.ipv4.conf.br0.rp_filter=1; ip link add up0 type dummy; ip link set up0 up; ip route add default dev up0",
            "ip link del up0; sysctl -qw net.ipv4.conf.br0.rp_filter=0"),
        new("tunnel-mtu", Tunnel, "true", "sysctl -qw net.ipv4.vs.pmtu_disc=1"),
        new("gue-remote-checksum", Web("host: 10.9.0.21, port: 80, method: tunnel, tunnel: {type: gue, port: 6080, checksum: remote}"), "true", "true"),
    ];

    private static IEnumerable<Plant> Kernel =>
    [
        new("service-not-in-kernel", Nat, "ipvsadm -C", "true"),
        new("unmanaged-destination", Nat, "ipvsadm -a -t 10.9.0.100:80 -r 10.9.0.29:80 -m", "true"),
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

    /// <summary>The service web with the backend b1.</summary>
    private static string Web(string backend, string pulse = Unchecked, string vip = "10.9.0.100") =>
        $"web: {{host: {vip}, port: 80, backends: {{b1: {{ {backend}, pulse: {pulse} }} }} }}";
}
