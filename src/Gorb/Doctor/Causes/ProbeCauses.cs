using System.Globalization;
using System.Net.NetworkInformation;
using Gorb.Doctor.Facts;
using Gorb.Ipvs;
using Gorb.Ipvs.Probes;
using Gorb.Ipvs.Routes;
using Gorb.Model;

namespace Gorb.Doctor.Causes;

/// <summary>Causes on other hosts, as far as these answer.</summary>
internal static class ProbeCauses
{
    public static IReadOnlyList<Cause> All { get; } =
    [
        new("vip-on-two-hosts", Severity.Error, "Clients reach the service now and then.",
            "Another host on the link answers ARP for the virtual address: clients send to the host that answered last.",
            "Remove the address from the other host, or forbid it to answer (arp_ignore).",
            FindDuplicates),
        new("backend-answers-arp", Severity.Error, "All clients land on one backend, or the service is dead when that backend is.",
            "A backend has the virtual address, as it must, and answers ARP for it, as it must not: clients go to it and around this host.",
            "Set arp_ignore=1 and arp_announce=2 on the backend; its recipe does.",
            FindTalkers),
        new("backend-lacks-vip", Severity.Error, "A backend is up, and its clients get no answer.",
            "With direct routing and tunnels the backend gets packets for the virtual address, and drops them unless the address is its own.",
            "Add the address to the backend; its recipe does.",
            static host => Find(host, static echo => echo is { Own: EchoResult.Answered, Virtual: EchoResult.Silent },
                static (host, pair) => $"{pair.Backend.Spec.Address} answers for itself, and not for {pair.Service.Spec.Key.Address}")),
        new("tunnel-not-unwrapped", Severity.Error, "A backend with a tunnel is up, and its clients get no answer.",
            "The backend does not unwrap the tunnel's packets: the device of the tunnel is missing or down.",
            "Set up the tunnel's device on the backend; its recipe does.",
            static host => Find(host, static echo => echo.Virtual == EchoResult.NotUnwrapped,
                static (host, pair) => $"{pair.Backend.Spec.Address} says that it does not know {pair.Backend.Spec.Tunnel.Type.ToString().ToLowerInvariant()}")),
        new("path-mtu-lost", Severity.Error, "Small requests work, uploads and large answers hang.",
            "The path to a backend takes only smaller packets than its links say, and what says so (ICMP \"fragmentation needed\") is lost.",
            "Let ICMP pass, or tell this host the path's limit by a route.",
            FindLostMtu),
    ];

    private static IEnumerable<Sighting> FindDuplicates(HostView host)
    {
        var known = Backends(host).Select(static entry => entry.Key).Concat(host.Links.Select(static link => link.HardwareAddress)).ToHashSet();
        return from vip in host.Vips()
               from one in host.Probes.Arp
               where one.Answer.Address.Equals(vip.Address) && !known.Contains(one.Answer.HardwareAddress)
               select new Sighting($"{Text(one.Answer.HardwareAddress)} on {one.Link} answers for {vip.Address} of service {vip.Service.Name}") { Subject = vip.Address.ToString() };
    }

    private static IEnumerable<Sighting> FindTalkers(HostView host)
    {
        var backends = Backends(host);
        return from one in host.Probes.Arp
               from pair in backends[one.Answer.HardwareAddress]
               where one.Answer.Address.Equals(pair.Service.Spec.Key.Address) && !one.Answer.Address.Equals(pair.Backend.Spec.Address)
               let path = Wanted.Path(pair.Service, pair.Backend)
               select new Sighting($"{pair.Backend.Spec.Address} ({path}) answers for {one.Answer.Address}", Prepare(host, pair)) { Subject = path };
    }

    /// <summary>The backends by hardware address, as far as it was answered.</summary>
    private static ILookup<PhysicalAddress, (Service Service, Backend Backend)> Backends(HostView host)
    {
        var hardware = host.Probes.Arp.ToLookup(static one => one.Answer.Address, static one => one.Answer.HardwareAddress);
        return host.Backends().Where(static pair => pair.Backend.Spec.Method != ForwardingMethod.Masquerade)
            .SelectMany(pair => hardware[pair.Backend.Spec.Address].Select(mac => (mac, pair))).ToLookup(static one => one.mac, static one => one.pair);
    }

    private static IEnumerable<Sighting> Find(HostView host, Func<BackendEcho, bool> isFound, Func<HostView, (Service Service, Backend Backend), string> tell)
    {
        var found = host.Probes.Echoes.Where(isFound).Select(static echo => (echo.Service, echo.Backend)).ToHashSet();
        return from pair in host.Backends()
               where found.Contains((pair.Service.Name, pair.Backend.Name))
               let path = Wanted.Path(pair.Service, pair.Backend)
               select new Sighting($"{path}: {tell(host, pair)}", Prepare(host, pair)) { Subject = path };
    }

    private static IEnumerable<Sighting> FindLostMtu(HostView host) =>
        from echo in host.Probes.Echoes
        where echo is { Own: EchoResult.Answered, IsTold: false } && echo.Largest < echo.Claimed
        let route = host.Route(new RouteQuery(echo.Address))?.Route
        where route is not null
        let device = ShellText.Quote(host.Link(route.Link)?.Name ?? "lo")
        let via = route.Gateway is { } gateway ? $" via {gateway}" : ""
        select new Sighting(
            string.Create(CultureInfo.InvariantCulture, $"{echo.Address} ({echo.Service}/{echo.Backend}) answers packets of {echo.Largest} bytes, not of {echo.Claimed}"),
            echo.Largest == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"ip route replace {echo.Address}{via} dev {device} mtu {echo.Largest}"))
        { Subject = $"{echo.Service}/{echo.Backend}" };

    /// <summary>The command that prepares a backend's host.</summary>
    private static string Prepare(HostView host, (Service Service, Backend Backend) pair) =>
        $"gorb recipe -s {ShellText.Quote(host.Daemon!.Url.ToString())} {ShellText.Quote(Wanted.Path(pair.Service, pair.Backend))} | ssh root@{pair.Backend.Spec.Address} sh";

    private static string Text(PhysicalAddress address) => string.Join(':', address.GetAddressBytes().Select(static part => part.ToString("x2", CultureInfo.InvariantCulture)));
}
