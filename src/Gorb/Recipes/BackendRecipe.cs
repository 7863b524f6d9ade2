using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Text;

namespace Gorb.Recipes;

/// <summary>
/// Writes the shell script that prepares a host as a backend for direct routing or a tunnel: the virtual address on <c>lo</c>, no ARP for it, the tunnel's device. The script can
/// run repeatedly, and its settings last until the host restarts.
/// </summary>
internal static class BackendRecipe
{
    /// <summary>Writes the script.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="spec">The service.</param>
    /// <param name="backend">The backend.</param>
    /// <param name="addresses">The virtual addresses, for a service by firewall mark; empty for any other.</param>
    /// <exception cref="RequestException">The backend's method needs no script, or the virtual addresses are missing.</exception>
    public static string Write(string service, ServiceSpec spec, Backend backend, IReadOnlyList<IPAddress> addresses)
    {
        var vips = FindAddresses(spec, addresses);
        if (backend.Spec.Method == ForwardingMethod.Masquerade)
        {
            throw RequestException.Invalid(new Problem("method", "nat",
                "needs no script: the backend only has to send its answers back through the director, for instance by \"ip route replace default via DIRECTOR\" on the backend"));
        }

        var tunnel = backend.Spec.Method == ForwardingMethod.Tunnel ? TunnelRecipe.Of(backend.Spec) : null;
        var script = new StringBuilder();
        WriteHead(script, $"{service}/{backend.Name}", backend.Spec);
        WriteQuietArp(script, vips);
        WriteTunnel(script, tunnel);
        WriteVirtualAddresses(script, vips, tunnel);
        WriteSegmentSize(script, tunnel);
        return script.ToString();
    }

    private static IReadOnlyList<IPAddress> FindAddresses(ServiceSpec spec, IReadOnlyList<IPAddress> addresses)
    {
        if (spec.Key.Address is { } address)
        {
            return addresses.Count == 0 ? [address] : throw RequestException.Invalid(new Problem("vip", addresses[0].ToString(), $"is for services by firewall mark; this one has the address {address}"));
        }

        return addresses.Count > 0 ? addresses : throw RequestException.Invalid(new Problem("vip", null,
            "is required for a service by firewall mark: the virtual addresses whose packets are marked, as in ?vip=10.9.0.100,10.9.0.101"));
    }

    private static void WriteHead(StringBuilder script, string name, BackendSpec spec) => script.Append(CultureInfo.InvariantCulture, $"""
        #!/bin/sh
        # Prepares this host ({spec.Address}) as backend {PlainText.Escape(name)} of Gorb, method {MethodOf(spec)}. Run it as root on the backend.
        # It may run again. Its settings last until the host restarts: run it at every start, or put them into the host's own configuration.
        set -eu
        if [ "$(id -u)" != 0 ]; then echo "run this script as root" >&2; exit 1; fi

        """);

    private static string MethodOf(BackendSpec spec) => spec.Method == ForwardingMethod.DirectRoute ? "dr" : $"tunnel ({spec.Tunnel.Type.ToString().ToLowerInvariant()})";

    /// <summary>Suppresses ARP before the addresses are added, so that the backend never takes a virtual address away from the director.</summary>
    private static void WriteQuietArp(StringBuilder script, IReadOnlyList<IPAddress> vips)
    {
        if (vips.Any(IsV4))
        {
            script.Append("""

                # Only the director may answer ARP for the virtual address, and no ARP request of this host may name it as its sender.
                echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore
                echo 2 >/proc/sys/net/ipv4/conf/all/arp_announce

                """);
        }
    }

    private static void WriteTunnel(StringBuilder script, TunnelRecipe? tunnel)
    {
        if (tunnel is not null)
        {
            script.Append("\n# The director's packets arrive in a tunnel; this device unwraps them.\n").AppendJoin('\n', tunnel.Commands).Append('\n');
        }
    }

    /// <summary>
    /// Adds the virtual addresses. IPv4 addresses are added to the tunnel's device, because reverse-path filtering drops packets from a device without one
    /// (fib_frontend.c, __fib_validate_source). Filtering is set to loose, because clients are not reached through the tunnel and strict filtering would drop their packets.
    /// </summary>
    private static void WriteVirtualAddresses(StringBuilder script, IReadOnlyList<IPAddress> vips, TunnelRecipe? tunnel)
    {
        script.Append("\n# This host takes packets for the virtual address, and answers from it.\n");
        foreach (var vip in vips)
        {
            script.Append(IsV4(vip) ? $"ip addr replace {vip}/32 dev {tunnel?.Device ?? "lo"}\n" : $"ip -6 addr replace {vip}/128 dev lo nodad\n");
        }

        if (tunnel is not null && vips.Any(IsV4))
        {
            script.Append(CultureInfo.InvariantCulture, $"echo 2 >/proc/sys/net/ipv4/conf/{tunnel.Device}/rp_filter\n");
        }
    }

    private static bool IsV4(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork;

    /// <summary>Limits the TCP segments of clients to what fits into the tunnel, for networks that lose ICMP messages. The backend's SYN-ACK announces the limit.</summary>
    private static void WriteSegmentSize(StringBuilder script, TunnelRecipe? tunnel)
    {
        if (tunnel is null)
        {
            return;
        }

        script.Append(CultureInfo.InvariantCulture, $$"""

            # Clients send segments that fit into the tunnel ({{tunnel.Overhead}} bytes of headers), also where ICMP "fragmentation needed" is lost.
            limit_segments() { # FAMILY HEADERS
                ip "$1" route show | while read -r route; do
                    case $route in
                    unreachable* | blackhole* | prohibit* | *nexthop* | *advmss*) continue ;;
                    *" dev "*) device=${route#* dev } && device=${device%% *} ;;
                    *) continue ;;
                    esac
                    [ "$device" != lo ] || continue
                    mtu=$(cat "/sys/class/net/$device/mtu")
                    # shellcheck disable=SC2086 # a route is several words
                    ip "$1" route replace $route advmss $((mtu - {{tunnel.Overhead}} - $2))
                done
            }
            limit_segments -4 40
            limit_segments -6 60

            """);
    }
}
