using Gorb.Doctor.Packets;
using Gorb.Ipvs;
using Gorb.Ipvs.Filters;

namespace Gorb.Doctor.Causes;

/// <summary>Causes in the packet filter of this host.</summary>
internal static class FilterCauses
{
    public static IReadOnlyList<Cause> All { get; } =
    [
        new("filter-drops-clients", Severity.Error, "Clients get no connection to the virtual address, although it is local.",
            "IPVS takes packets only after the packet filter's rules for incoming packets, and these drop those of the service.",
            "Accept the service's packets before that rule or policy.",
            FindInput),
        new("filter-drops-replies", Severity.Error, "Clients of a service with nat connect, and get no answer.",
            "The replies of NAT backends are forwarded by this host, and the packet filter's rules for forwarded packets drop them.",
            "Accept forwarded packets of the backend before that rule or policy.",
            FindForward),
        new("filter-drops-backends", Severity.Error, "A backend gets no packets, and its checks fail.",
            "The packet filter's rules for outgoing packets drop those for the backend.",
            "Accept packets for the backend before that rule or policy.",
            FindOutput),
    ];

    private static IEnumerable<Sighting> FindInput(HostView host) =>
        from service in host.Services()
        let key = service.Spec.Key
        let vip = key.Address
        where vip is not null
        let packet = new Packet(vip.IsV4(), key.Protocol) { IsFirst = true, Destination = vip, DestinationPort = key.Port == 0 ? null : key.Port }
        from decision in FilterWalk.FindDrops(host.Chains, packet, FilterHook.Prerouting, FilterHook.Input).Take(1)
        select Sighting($"packets for {key}", decision, service.Name);

    private static IEnumerable<Sighting> FindForward(HostView host) =>
        from pair in host.Backends(ForwardingMethod.Masquerade)
        let path = Wanted.Path(pair.Service, pair.Backend)
        let address = pair.Backend.Spec.Address
        where !pair.Service.Spec.Key.IsFirewallMark
        let packet = new Packet(address.IsV4(), pair.Service.Spec.Key.Protocol) { Source = address, SourcePort = pair.Backend.Spec.Port == 0 ? null : pair.Backend.Spec.Port }
        from decision in FilterWalk.FindDrops(host.Chains, packet, FilterHook.Forward).Take(1)
        select Sighting($"replies of {address} ({path})", decision, path);

    private static IEnumerable<Sighting> FindOutput(HostView host) =>
        from pair in host.Backends(ForwardingMethod.Masquerade)
        let path = Wanted.Path(pair.Service, pair.Backend)
        let address = pair.Backend.Spec.Address
        where !pair.Service.Spec.Key.IsFirewallMark
        let packet = new Packet(address.IsV4(), pair.Service.Spec.Key.Protocol) { Destination = address, DestinationPort = pair.Backend.Spec.Port == 0 ? null : pair.Backend.Spec.Port }
        from decision in FilterWalk.FindDrops(host.Chains, packet, FilterHook.Output).Take(1)
        select Sighting($"packets for {address} ({path})", decision, path);

    private static Sighting Sighting(string packets, FilterDecision decision, string subject) => new($"{packets} are dropped by {decision.Place}", decision.Command) { Subject = subject };
}
