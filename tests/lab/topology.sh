#!/bin/bash
# topology.sh up|web|down: the network of the kernel tests and of eng/run, in a lab kernel. All hosts are on one bridge, br0:
#   this namespace  the director     10.9.0.1   fd00:9::1
#   cl              the client       10.9.0.10  fd00:9::10
#   b1 b2 b3        three backends   10.9.0.21  fd00:9::21 ...
# A backend answers through the director when it uses its own address (NAT), and directly when it uses a VIP on its lo (direct routing, tunnel). It never
# answers ARP requests for that VIP. So all forwarding methods work at the same time.
set -euo pipefail

host() { # NAME NUMBER
    ip netns add "$1"
    ip link add "v$1" type veth peer name eth0 netns "$1"
    ip link set "v$1" master br0 up
    ip -n "$1" link set lo up
    ip -n "$1" link set eth0 up
    ip -n "$1" addr add "10.9.0.$2/24" dev eth0
    ip -n "$1" addr add "fd00:9::$2/64" dev eth0 nodad
}

backend() { # NAME NUMBER
    host "$1" "$2"
    ip netns exec "$1" sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth0.rp_filter=0 net.ipv6.conf.all.accept_redirects=0 \
        net.ipv6.conf.eth0.accept_redirects=0 net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2
    ip -n "$1" route add default via 10.9.0.1
    ip -n "$1" rule add from "10.9.0.$2" to 10.9.0.10 lookup 9
    ip -n "$1" route add 10.9.0.10 via 10.9.0.1 table 9
    ip -n "$1" -6 route add default via fd00:9::1
    ip -n "$1" -6 rule add from "fd00:9::$2" to fd00:9::10 lookup 9
    ip -n "$1" -6 route add fd00:9::10 via fd00:9::1 table 9
    # IPv6 has no arp_announce: a backend would ask for the client's link-layer address as the VIP, and the answer would go to the director.
    ip -n "$1" -6 neigh add fd00:9::10 lladdr "$(ip netns exec cl cat /sys/class/net/eth0/address)" dev eth0 nud permanent
}

up() {
    modprobe -a ip_vs veth bridge dummy
    # With an address of its own, a bridge does not take the lowest of its ports': hosts that know the director would lose it when a port comes or goes.
    ip link add br0 address 02:09:00:00:00:01 type bridge forward_delay 0
    ip addr add 10.9.0.1/24 dev br0
    ip addr add fd00:9::1/64 dev br0 nodad
    ip link set br0 up
    sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.br0.rp_filter=0 \
        net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.br0.send_redirects=0
    host cl 10
    for i in 1 2 3; do backend "b$i" "2$i"; done
}

# web: starts a web server in each backend that answers with the backend's name
web() {
    for name in b1 b2 b3; do
        mkdir -p "/run/web/$name"
        echo "$name" >"/run/web/$name/index.html"
        ip netns exec "$name" "${BUSYBOX:-busybox}" httpd -p 80 -h "/run/web/$name"
    done
}

down() {
    for name in cl b1 b2 b3; do ip netns delete "$name" 2>/dev/null || true; done
    ip link delete br0 2>/dev/null || true
}

case ${1:-} in
up | web | down) "$1" ;;
*) echo "usage: topology.sh up|web|down" >&2 && exit 2 ;;
esac
