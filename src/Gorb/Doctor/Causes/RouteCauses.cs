using System.Globalization;
using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Routes;
using Gorb.Model;

namespace Gorb.Doctor.Causes;

/// <summary>Causes on the way to the backends.</summary>
internal static class RouteCauses
{
    /// <summary>A host of the Internet, as far as routes are concerned (TEST-NET-1, RFC 5737).</summary>
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");

    public static IReadOnlyList<Cause> All { get; } =
    [
        new("backend-unroutable", Severity.Error, "A backend is down, or its clients get no answer.",
            "This host has no route to the backend, or one that drops its packets.",
            "Add a route, or remove the one that drops.",
            FindUnroutable),
        new("backend-behind-dummy", Severity.Error, "A backend is down although its server works.",
            "The route to the backend leads to a dummy device, which drops everything: often an address with a whole subnet was put there.",
            "Give the virtual address on the dummy device the prefix /32 (or /128).",
            FindDummy),
        new("dr-behind-router", Severity.Error, "Clients of a backend with direct routing get no answer.",
            "Direct routing sends the packet to the backend's hardware address, so the backend must be on a link of this host. Behind a router the packet comes back.",
            "Use method tunnel or nat, or put the backend on the link.",
            FindRouted),
        new("dr-asks-for-vip", Severity.Error, "New connections time out after a backend was changed from NAT to direct routing.",
            "A connection that began with NAT was used once more, and the kernel keeps the route of its packet for the backend (ip_vs_xmit.c, __ip_vs_get_out_rt). By that route it asks for the "
            + "hardware address of the virtual address instead of the backend's.",
            "Give the backend a route of its own, by which NAT and direct routing ask for the same address. It can go when no connection of the former method is left.",
            FindAskedForVip),
        new("backend-silent-on-link", Severity.Warning, "A backend does not answer.",
            "It does not answer ARP or neighbour discovery: the host is down, or not on this link.",
            "Start the host, or correct its address; then let the kernel ask again.",
            FindSilent),
        new("asymmetric-path", Severity.Warning, "Clients behind a router get no connection; those on the link do.",
            "The reverse path filter is strict, and this host's route to clients leads elsewhere than where their packets come in: the kernel drops them.",
            "Make the filter loose (2) on the device where clients come in.",
            FindAsymmetric),
        new("tunnel-mtu", Severity.Note, "Uploads through a tunnel stall where a firewall drops ICMP.",
            "A full packet does not fit into the tunnel. The kernel tells the client by ICMP \"fragmentation needed\"; where that is lost, the connection hangs.",
            "Let the backend announce smaller segments (gorb recipe), enlarge the MTU, or let the kernel fragment (pmtu_disc 0).",
            FindMtu),
    ];

    private static IEnumerable<Sighting> FindUnroutable(HostView host) =>
        from place in host.Places()
        let answer = host.Route(new RouteQuery(place.Address))
        where answer is { Route: null }
        select new Sighting(
            $"{place.Address} ({place.Path}): {Explain(answer.Errno)}",
            answer.Errno == Errno.ENETUNREACH ? null : $"ip route del {(answer.Errno == Errno.EACCES ? "prohibit" : answer.Errno == Errno.EHOSTUNREACH ? "unreachable" : "blackhole")} {place.Address}")
        { Subject = place.Path };

    private static string Explain(Errno errno) => errno switch
    {
        Errno.ENETUNREACH => "there is no route",
        Errno.EACCES => "the route prohibits it",
        Errno.EHOSTUNREACH => "the route says that it is unreachable",
        _ => $"the route drops its packets ({errno})",
    };

    private static IEnumerable<Sighting> FindDummy(HostView host) =>
        from place in host.Places()
        let route = host.Route(new RouteQuery(place.Address))?.Route
        where route is { Type: RouteType.Unicast }
        let link = host.Link(route.Link)
        where link is { Kind: "dummy" }
        from entry in host.Addresses.Where(entry => entry.Link == link.Index && HostView.IsInSubnet(entry, place.Address)).Take(1)
        let device = ShellText.Quote(link.Name)
        select new Sighting(
            string.Create(CultureInfo.InvariantCulture, $"{place.Address} ({place.Path}) is routed to {link.Name}, which has {entry.Address}/{entry.PrefixLength}"),
            string.Create(CultureInfo.InvariantCulture, $"ip addr del {entry.Address}/{entry.PrefixLength} dev {device} && ip addr add {entry.Address.HostPrefix()} dev {device}"))
        { Subject = place.Path };

    private static IEnumerable<Sighting> FindRouted(HostView host) =>
        from pair in host.Backends(ForwardingMethod.DirectRoute)
        let gateway = host.Route(new RouteQuery(pair.Backend.Spec.Address))?.Route?.Gateway
        where gateway is not null
        let path = Wanted.Path(pair.Service, pair.Backend)
        select new Sighting($"{pair.Backend.Spec.Address} ({path}) is behind the router {gateway}", host.Daemon!.Patch(pair.Service, pair.Backend, """{"method": "tunnel"}""")) { Subject = path };

    private static IEnumerable<Sighting> FindAskedForVip(HostView host)
    {
        var unanswered = host.Neighbors.Where(FormerRoute.IsSign).ToLookup(static entry => entry.Address);
        return from pair in host.Backends(ForwardingMethod.DirectRoute)
               where pair.Service.Spec.Key.Address is not null
               from entry in unanswered[pair.Service.Spec.Key.Address!].Take(1)
               let backend = pair.Backend.Spec.Address
               where host.Route(new RouteQuery(backend))?.Route is { Gateway: null } route && route.Link == entry.Link
               let path = Wanted.Path(pair.Service, pair.Backend)
               let device = host.Link(entry.Link)?.Name ?? "?"
               select new Sighting($"this host asks on {device} for the hardware address of {entry.Address}, its own, to send packets to {path}", FormerRoute.Command(backend, entry.Address, device))
               { Subject = path };
    }

    private static IEnumerable<Sighting> FindSilent(HostView host)
    {
        var failed = host.Neighbors.Where(static entry => entry.State == NeighborState.Failed).ToLookup(static entry => entry.Address);
        return from place in host.Places()
               from entry in failed[place.Address].Take(1)
               let device = host.Link(entry.Link)?.Name ?? "?"
               select new Sighting($"{place.Address} ({place.Path}) does not answer on {device}", $"ip neigh flush to {place.Address} dev {ShellText.Quote(device)}") { Subject = place.Path };
    }

    private static IEnumerable<Sighting> FindAsymmetric(HostView host) =>
        from vip in host.Vips()
        where vip.Address.IsV4() && host.WireOf(vip.Address) is not null
        group vip by host.WireOf(vip.Address)! into wire
        where host.DeviceSetting(wire.Key.Name, "rp_filter") == 1
        let answer = host.Route(new RouteQuery(wire.First().Address) { Source = Client, InputLink = wire.Key.Index })
        where answer is not null && host.IsReversePathFiltered(answer, wire.Key, Client)
        let setting = $"net.ipv4.conf.{Wanted.InSetting(wire.Key.Name)}.rp_filter"
        select new Sighting($"the filter on {wire.Key.Name} is strict, and packets of {Client} that come in there for {wire.First().Address} are dropped", $"sysctl -w {ShellText.Quote(setting)}=2")
        { Subject = wire.Key.Name };

    private static IEnumerable<Sighting> FindMtu(HostView host)
    {
        const string setting = "net.ipv4.vs.pmtu_disc";
        if (host.Number(setting) == 0)
        {
            return [];
        }

        return from pair in host.Backends(ForwardingMethod.Tunnel)
               let route = host.Route(new RouteQuery(pair.Backend.Spec.Address))?.Route
               where route is { Type: RouteType.Unicast }
               let mtu = route.Mtu ?? host.Link(route.Link)?.Mtu ?? 0
               let client = pair.Service.Spec.Key.Address is { } vip ? host.WireOf(vip)?.Mtu ?? mtu : mtu
               let overhead = Overhead(pair.Backend.Spec)
               where mtu != 0 && mtu < client + overhead
               let path = Wanted.Path(pair.Service, pair.Backend)
               select new Sighting(
                   string.Create(CultureInfo.InvariantCulture, $"packets of {client} bytes need {client + overhead} in the tunnel to {path}, and its path takes {mtu}"),
                   $"sysctl -w {setting}=0")
               { Subject = path };
    }

    /// <summary>Bytes of the tunnel's headers.</summary>
    private static int Overhead(BackendSpec backend) => (backend.Address.IsV4() ? 20 : 40) + backend.Tunnel.Type switch
    {
        TunnelType.Gue => backend.Tunnel.Checksum == TunnelChecksum.Remote ? 20 : 12,
        TunnelType.Gre => backend.Tunnel.Checksum == TunnelChecksum.None ? 4 : 8,
        _ => 0,
    };
}
