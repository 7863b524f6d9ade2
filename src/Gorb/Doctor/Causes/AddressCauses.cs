using System.Net;
using Gorb.Ipvs.Routes;
using Gorb.Targets.Host.Addresses;

namespace Gorb.Doctor.Causes;

/// <summary>Causes in the virtual addresses on this host.</summary>
internal static class AddressCauses
{
    public static IReadOnlyList<Cause> All { get; } =
    [
        new("vip-not-local", Severity.Error, "Clients get no connection to the virtual address.",
            "IPVS takes only packets that the kernel would deliver to this host: the virtual address must be one of its own.",
            "Add the address, or let Gorb do it (--vip-interface).",
            FindNotLocal),
        new("vip-link-down", Severity.Error, "Clients get no connection to the virtual address.",
            "The address is on a device that is down, so the kernel does not take packets for it.",
            "Set the device up.",
            FindDown),
        new("vip-unusable", Severity.Error, "IPv6 clients get no connection to the virtual address.",
            "Duplicate address detection has not ended, or found another host with the address; the kernel does not use it.",
            "Add the address without detection (nodad), as Gorb does; if another host has it, remove it there.",
            FindUnusable),
        new("vip-arp-silent", Severity.Error, "Clients on the link get no connection to the virtual address; those behind a router may.",
            "The virtual address is on another device than the one of its subnet, and arp_ignore forbids this host to answer ARP for it there.",
            "Put the address on the device of the link, or let this host answer for all of its addresses.",
            FindArpSilent),
        new("vip-ndp-silent", Severity.Error, "IPv6 clients on the link get no connection to the virtual address.",
            "IPv6 answers neighbour discovery only for addresses of the device that is asked; the virtual address is on another one.",
            "Put the address on the device of the link, or answer for it as a proxy.",
            FindNdpSilent),
        new("vip-not-announced", Severity.Warning, "Clients behind a router get no connection to the virtual address.",
            "The address is on gorb0, from where the routing daemon announces it, and BIRD exports it to no neighbour whose session is established.",
            "See birdc show protocols for the session, and the export filter of the neighbour.",
            FindNotAnnounced),
    ];

    private static IEnumerable<Sighting> FindNotLocal(HostView host) =>
        from vip in host.Vips()
        where host.LinkOf(vip.Address) is null or { IsUp: true }
        where host.Route(new RouteQuery(vip.Address)) is { } answer && answer.Route?.Type != RouteType.Local
        where host.Addresses.All(entry => entry.IsUsable || !entry.Address.Equals(vip.Address))
        select new Sighting($"{vip.Address} of service {vip.Service.Name} is no address of this host", Add(host, vip.Address)) { Subject = vip.Address.ToString() };

    private static IEnumerable<Sighting> FindNotAnnounced(HostView host) => host.Bird is not { Neighbors: > 0 } bird ? []
        : from vip in host.AnnouncedVips()
          where !bird.Announced.Contains(vip.Address)
          select new Sighting($"{vip.Address} of service {vip.Service.Name} is on {VipOptions.Dummy}, and no BGP neighbour hears of it") { Subject = vip.Address.ToString() };

    private static string Add(HostView host, IPAddress address)
    {
        var device = host.WireOf(address)?.Name ?? (host.Links.Any(link => link.Name == host.Daemon?.Device) ? host.Daemon!.Device : "lo");
        return $"ip addr add {address.HostPrefix()} dev {ShellText.Quote(device)}{(address.IsV4() ? "" : " nodad")}";
    }

    private static IEnumerable<Sighting> FindDown(HostView host) =>
        from vip in host.Vips()
        let link = host.LinkOf(vip.Address)
        where link is { IsUp: false }
        select new Sighting($"{vip.Address} of service {vip.Service.Name} is on {link.Name}, which is down", $"ip link set {ShellText.Quote(link.Name)} up") { Subject = vip.Address.ToString() };

    private static IEnumerable<Sighting> FindUnusable(HostView host) =>
        from vip in host.Vips()
        let entry = host.Addresses.FirstOrDefault(entry => !entry.IsUsable && entry.Address.Equals(vip.Address))
        where entry is not null
        let device = ShellText.Quote(host.Link(entry.Link)?.Name ?? "lo")
        select new Sighting(
            $"{vip.Address} of service {vip.Service.Name} on {device} is tentative, or a duplicate was found",
            $"ip -6 addr del {vip.Address}/{entry.PrefixLength} dev {device} ; ip -6 addr add {vip.Address}/{entry.PrefixLength} dev {device} nodad")
        { Subject = vip.Address.ToString() };

    /// <summary>The virtual addresses that are on another device than the wire of their subnet.</summary>
    private static IEnumerable<(IPAddress Address, string Wire, string Service)> Elsewhere(HostView host) =>
        from vip in host.Vips()
        let wire = host.WireOf(vip.Address)
        where wire is not null && host.LinkOf(vip.Address) is not null
        where !host.Addresses.Any(entry => entry.Link == wire.Index && entry.Address.Equals(vip.Address))
        select (vip.Address, wire.Name, vip.Service.Name);

    private static IEnumerable<Sighting> FindArpSilent(HostView host) =>
        from place in Elsewhere(host)
        where place.Address.IsV4() && host.DeviceSetting(place.Wire, "arp_ignore") is 1 or 2 or 8
        select new Sighting(
            $"{place.Address} of service {place.Service} is on {host.LinkOf(place.Address)!.Name}, and this host does not answer ARP for it on {place.Wire}",
            $"ip addr add {place.Address.HostPrefix()} dev {ShellText.Quote(place.Wire)}")
        { Subject = place.Address.ToString() };

    private static IEnumerable<Sighting> FindNdpSilent(HostView host) =>
        from place in Elsewhere(host)
        where !place.Address.IsV4() && host.Number($"net.ipv6.conf.{Wanted.InSetting(place.Wire)}.proxy_ndp") != 1
        select new Sighting(
            $"{place.Address} of service {place.Service} is on {host.LinkOf(place.Address)!.Name}, and this host does not answer neighbour discovery for it on {place.Wire}",
            $"ip addr add {place.Address.HostPrefix()} dev {ShellText.Quote(place.Wire)} nodad")
        { Subject = place.Address.ToString() };
}
