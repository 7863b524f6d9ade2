#!/bin/bash
# docker.sh up|image|down: a real Docker engine in a lab kernel, on the director of topology.sh. It uses no registry: "image" builds gorb-web, which serves
# its container's name over HTTP. When stopped, it continues for some seconds, like a server that completes its requests.
set -euo pipefail
export PATH=/run/docker-bin:$PATH
run=/run/docker-lab

image() {
    local tree=$run/image
    mkdir -p $tree/bin $tree/www $tree/tmp $tree/etc $tree/proc $tree/sys $tree/dev
    cp /bin/busybox $tree/bin/
    for applet in sh httpd hostname sleep cat; do ln -sf busybox $tree/bin/$applet; done
    cat >$tree/serve <<'S'
#!/bin/sh
hostname >/www/index.html
trap 'sleep 4; exit 0' TERM
trap '' HUP
httpd -f -p 80 -h /www &
while :; do wait; done
S
    chmod +x $tree/serve
    tar -C $tree -c . | docker import -c 'CMD ["/serve"]' -c 'EXPOSE 80' - gorb-web:1 >/dev/null
}

# certificates: creates an authority and one certificate for both sides, in the form of DOCKER_CERT_PATH
certificates() {
    local folder=$run/certs
    mkdir -p $folder
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=lab-authority -keyout $folder/ca-key.pem -out $folder/ca.pem 2>/dev/null
    openssl req -newkey rsa:2048 -nodes -subj /CN=lab -keyout $folder/key.pem -out $folder/csr.pem 2>/dev/null
    openssl x509 -req -in $folder/csr.pem -CA $folder/ca.pem -CAkey $folder/ca-key.pem -CAcreateserial -days 2 -out $folder/cert.pem \
        -extfile <(echo "subjectAltName=IP:127.0.0.1") 2>/dev/null
}

up() {
    modprobe -a ip_tables iptable_nat iptable_filter br_netfilter overlay macvlan
    mkdir -p $run /run/docker-bin
    # Docker runs "iptables"; the lab kernels have the legacy interface only.
    for tool in iptables ip6tables iptables-save ip6tables-save; do ln -sf "/usr/sbin/${tool/tables/tables-legacy}" /run/docker-bin/$tool; done
    certificates
    engine
    image
}

# engine: starts the engine and waits until it answers
engine() {
    rm -f /run/docker.pid
    setsid dockerd --data-root $run/data --exec-root $run/exec --pidfile /run/docker.pid -H unix:///run/docker.sock --storage-driver vfs \
        -H tcp://127.0.0.1:2376 --tlsverify --tlscacert $run/certs/ca.pem --tlscert $run/certs/cert.pem --tlskey $run/certs/key.pem >>$run/log 2>&1 </dev/null &
    local patience=600
    until curl -sf --unix-socket /run/docker.sock http://engine/_ping >/dev/null; do # the docker command takes a second of the same processor
        patience=$((patience - 1))
        if [ $patience = 0 ] || ! kill -0 $!; then tail -30 $run/log >&2 && exit 1; fi
        sleep 0.2
    done
    open
}

# open: at each start the engine closes the machine to all traffic that is not its own; this opens it again
open() {
    iptables -P FORWARD ACCEPT
    sysctl -qw net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0
}

down() {
    kill "$(cat /run/docker.pid)" 2>/dev/null && while [ -e /run/docker.pid ]; do sleep 0.1; done
    open
}

case ${1:-} in
up | engine | image | down) "$@" ;;
*) echo "usage: docker.sh up|engine|image|down" >&2 && exit 2 ;;
esac
