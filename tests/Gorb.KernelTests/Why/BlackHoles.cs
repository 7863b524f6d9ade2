using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Why;

/// <summary>The causes that the lab can plant, in the order of a packet's way.</summary>
internal static class BlackHoles
{
    private const string Unchecked = "{type: none}";
    private const string Vip = "10.9.0.100/32", Vip6 = "fd00:9::100/128";

    private static readonly string Nat = Web("host: 10.9.0.21, port: 80");
    private static readonly string Nat6 = Web("host: 'fd00:9::21', port: 80", vip: "'fd00:9::100'");

    // A backend for each method: a packet of an old NAT connection gives the kernel a route by which it then loses packets of direct routing (doctor: method-changed).
    private static readonly string Direct = Web("host: 10.9.0.22, port: 80, method: dr");
    private static readonly string Tunnel = Web("host: 10.9.0.23, port: 80, method: tunnel");

    /// <summary>The table in which nothing is broken.</summary>
    public static string Healthy => Nat;

    /// <summary>The table to which the client must have a way again after a hole: with the backend of that hole, or with one that works.</summary>
    public static string After(BlackHole hole) => hole.IsV6 ? Nat6 : hole.Services == Direct || hole.Services == Tunnel ? hole.Services : Nat;

    public static IReadOnlyList<BlackHole> All { get; } = [.. Arrivals, .. Choices, .. Routes, .. Returns, .. Filters];

    private static IEnumerable<BlackHole> Arrivals =>
    [
        new("address", Nat, $"ip addr del {Vip} dev br0", $"ip addr add {Vip} dev br0; ip neigh flush to 10.9.0.100 dev br0") { Says = "10.9.0.100 is not an address of this host" },
        new("address", Nat6, $"ip addr del {Vip6} dev br0", $"ip addr add {Vip6} dev br0 nodad preferred_lft 0") { Says = "fd00:9::100 is not an address of this host", IsV6 = true },
        new("address", Nat, "sysctl -qw net.ipv4.conf.br0.rp_filter=1; ip link add up0 type dummy; ip link set up0 up; ip route add 10.9.0.10 dev up0",
            "ip link del up0; sysctl -qw net.ipv4.conf.br0.rp_filter=0") { Says = "the reverse path filter of br0 drops packets of 10.9.0.10" },
        new("neighbour", Nat, $"ip link add d0 type dummy; ip link set d0 up; ip addr del {Vip} dev br0; ip addr add {Vip} dev d0; sysctl -qw net.ipv4.conf.br0.arp_ignore=1; ip -n cl neigh flush dev eth0",
            $"ip link del d0; ip addr add {Vip} dev br0; sysctl -qw net.ipv4.conf.br0.arp_ignore=0") { Says = "br0 does not answer ARP requests for it" },
        new("neighbour", Nat6, $"ip link add d0 type dummy; ip link set d0 up; ip addr del {Vip6} dev br0; ip addr add {Vip6} dev d0; ip -n cl neigh flush dev eth0",
            $"ip link del d0; ip addr add {Vip6} dev br0 nodad preferred_lft 0") { Says = "this host does not answer neighbour discovery for it on br0", IsV6 = true },
    ];

    private static IEnumerable<BlackHole> Choices =>
    [
        new("service", Nat, "ipvsadm -C", "kill -HUP $GORB_PID") { Says = "is not in the kernel's table" },
        new("scheduler", "web: {host: 10.9.0.100, port: 80}", "true", "true") { Says = "web has no backend" },
        new("scheduler", Web("host: 10.9.0.21, port: 80, weight: 0"), "true", "true") { Says = "b1 has weight 0" },
        new("scheduler", Web("host: 10.9.0.21, port: 80, force: down"), "true", "true") { Says = "no backend takes new connections" },
        new("backend", Web("host: 10.9.0.21, port: 9", "{type: tcp, interval: 100ms, timeout: 100ms, fall: 1}", fallback: "fallback: fb-zero-to-one, "), "true", "true") { Says = "b1 is down for its checks (connection refused)" },
    ];

    private static IEnumerable<BlackHole> Routes =>
    [
        new("route", Nat, "ip route add prohibit 10.9.0.21", "ip route del prohibit 10.9.0.21") { Says = "a route prohibits it" },
        new("route", Nat, "ip route add blackhole 10.9.0.21", "ip route del blackhole 10.9.0.21") { Says = "a route drops its packets" },
        new("route", Nat, "ip route add unreachable 10.9.0.21", "ip route del unreachable 10.9.0.21") { Says = "a route says that it is unreachable" },
        new("route", Nat6, "ip route add blackhole fd00:9::21", "ip route del blackhole fd00:9::21") { Says = "a route drops its packets", IsV6 = true },
        new("route", Web("host: 10.77.0.21, port: 80"), "true", "true") { Says = "there is no route to it" },
        new("route", Web("host: 10.77.0.21, port: 80, method: dr"), "ip route add 10.77.0.0/24 via 10.9.0.10", "ip route del 10.77.0.0/24") { Says = "10.77.0.21 is behind router 10.9.0.10" },
        new("route", Nat, "ip link add net0 type dummy; ip link set net0 up; ip addr add 10.9.0.17/28 dev net0", "ip link del net0") { Says = "is routed to net0, a dummy device" },
        new("neighbour", Web("host: 10.9.0.99, port: 80"), "true", "true") { Says = "10.9.0.99 does not answer requests for its hardware address on br0" },
    ];

    private static IEnumerable<BlackHole> Returns =>
    [
        new("forwarding", Nat, "sysctl -qw net.ipv4.ip_forward=0", "sysctl -qw net.ipv4.ip_forward=1") { Says = "net.ipv4.ip_forward is 0" },
        new("forwarding", Nat, "sysctl -qw net.ipv4.conf.br0.forwarding=0", "sysctl -qw net.ipv4.conf.br0.forwarding=1") { Says = "net.ipv4.conf.br0.forwarding is 0" },
        new("forwarding", Nat6, "sysctl -qw net.ipv6.conf.all.forwarding=0", "sysctl -qw net.ipv6.conf.all.forwarding=1") { Says = "net.ipv6.conf.all.forwarding is 0", IsV6 = true },
        new("return", Nat, "ip -n b1 rule del from 10.9.0.21 to 10.9.0.10 lookup 9", "ip -n b1 rule add from 10.9.0.21 to 10.9.0.10 lookup 9") { Says = "both are in one network" },
        new("return", Direct, $"ip -n b2 addr del {Vip} dev lo", $"ip -n b2 addr add {Vip} dev lo") { Says = "the backend must have the virtual address" },
        new("return", Tunnel, "ip -n b3 link set tunl0 down", "ip -n b3 link set tunl0 up") { Says = "the backend must unwrap the packet" },
    ];

    private static IEnumerable<BlackHole> Filters =>
    [
        Filter(Nat, "iptables-legacy -A INPUT -d 10.9.0.100 -p tcp --dport 80 -j DROP", "are dropped by rule 1 of chain INPUT"),
        Filter(Nat, "iptables-legacy -P FORWARD DROP", "replies of 10.9.0.21 are dropped by the policy of chain FORWARD"),
        Filter(Nat, "iptables-legacy -A FORWARD -p tcp -s 10.9.0.21 --sport 80 -d 10.9.0.10 -j DROP", "replies of 10.9.0.21 are dropped by rule 1 of chain FORWARD"),
        Filter(Nat6, "ip6tables-legacy -A FORWARD -s fd00:9::/64 -j REJECT", "replies of fd00:9::21 are dropped by rule 1 of chain FORWARD", isV6: true),
        Filter(Nat, "iptables-legacy -A OUTPUT -p tcp -s 10.9.0.10 -d 10.9.0.21 --dport 80 -j DROP", "packets for 10.9.0.21 are dropped by rule 1 of chain OUTPUT"),
        Filter(Direct, "iptables-legacy -A OUTPUT -p tcp -s 10.9.0.10 -d 10.9.0.100 -j DROP", "packets for 10.9.0.22 are dropped by rule 1 of chain OUTPUT"),
        Filter(Tunnel, "iptables-legacy -A OUTPUT -p 4 -d 10.9.0.23 -j DROP", "packets for 10.9.0.23 are dropped by rule 1 of chain OUTPUT"),
    ];

    private static BlackHole Filter(string services, string script, string says, bool isV6 = false)
    {
        var program = isV6 ? "ip6tables-legacy" : "iptables-legacy";
        return new BlackHole("filter", services, script, $"{program} -P FORWARD ACCEPT; {program} -F") { Says = says, IsV6 = isV6, IsMended = true, Needs = KernelFeature.Xtables };
    }

    /// <summary>The service web with the backend b1.</summary>
    private static string Web(string backend, string pulse = Unchecked, string vip = "10.9.0.100", string fallback = "") =>
        $"web: {{host: {vip}, port: 80, {fallback}backends: {{b1: {{ {backend}, pulse: {pulse} }} }} }}";
}
