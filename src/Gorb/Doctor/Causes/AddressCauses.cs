using System.Net;
using Gorb.Ipvs.Routes;

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
    ];

    private static IEnumerable<Sighting> FindNotLocal(HostView host) =>
        from vip in host.Vips()
        where host.LinkOf(vip.Address) is null or { IsUp: true }
        where host.Route(new RouteQuery(vip.Address)) is { } answer && answer.Route?.Type != RouteType.Local
        where host.Addresses.All(entry => entry.IsUsable || !entry.Address.Equals(vip.Address))
        select new Sighting($"{vip.Address} of service {vip.Service.Name} is no address of this host", Add(host, vip.Address)) { Subject = vip.Address.ToString() };

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
}
