using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Gorb.Ipvs;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Probes;
using Gorb.Ipvs.Routes;
using Route = Gorb.Ipvs.Routes.Route;

namespace Gorb.Doctor.Facts;

/// <summary>Asks the hosts around: ARP for virtual addresses and backends, then pings of backends. All at once, and within a second and a half in all. IPv4.</summary>
internal static class ProbeReader
{
    /// <summary>How many addresses and backends are asked for at most, so that a large table makes no storm.</summary>
    private const int MaxArp = 256, MaxBackends = 64;

    /// <summary>Sizes of pings between which a path's limit is looked for: usual MTUs.</summary>
    private static readonly int[] Sizes = [1492, 1480, 1476, 1460, 1450, 1440, 1420, 1400, 1380, 1350, 1300, 1280, 576];

    private static readonly TimeSpan ArpWait = TimeSpan.FromMilliseconds(400), EchoWait = TimeSpan.FromMilliseconds(800);

    /// <exception cref="AddressException">The process lacks the privilege.</exception>
    /// <exception cref="SocketException">The process lacks the privilege.</exception>
    public static ProbeFacts Read(HostView host)
    {
        var arp = ReadArp(host);
        return new ProbeFacts { Arp = arp, Echoes = ReadEchoes(host, arp) };
    }

    private static List<(string Link, ProbeAnswer Answer)> ReadArp(HostView host)
    {
        var wires = host.Vips().Select(static vip => vip.Address).Concat(host.Places().Select(static place => place.Address)).Where(static address => address.IsV4()).Distinct()
            .Select(address => (Address: address, Link: host.WireOf(address))).Where(static wire => wire.Link is { IsRunning: true }).ToLookup(static wire => wire.Link!, static wire => wire.Address);
        return
        [
            .. wires.AsParallel().WithDegreeOfParallelism(Math.Max(wires.Count, 1)) // each waits, and computes nothing
                .SelectMany(wire => ArpProbe.Ask(wire.Key, [.. wire.Take(MaxArp)], ArpWait).Select(answer => (wire.Key.Name, answer))),
        ];
    }

    private static List<BackendEcho> ReadEchoes(HostView host, IEnumerable<(string Link, ProbeAnswer Answer)> arp)
    {
        var hardware = arp.DistinctBy(static one => one.Answer.Address).ToDictionary(static one => one.Answer.Address, static one => one.Answer.HardwareAddress);
        List<(BackendEcho Echo, int First, bool HasVirtual)> plan = [];
        List<EchoTarget> targets = [];
        foreach (var (service, backend) in host.Backends().Where(static pair => pair.Backend.Spec.Method != ForwardingMethod.Masquerade && pair.Backend.Spec.Address.IsV4()).Take(MaxBackends))
        {
            var spec = backend.Spec;
            if (host.Route(new RouteQuery(spec.Address))?.Route is not { Type: RouteType.Unicast } route || SourceOf(host, route) is not { } source)
            {
                continue; // told by the causes about routes
            }

            var mtu = (int)(route.Mtu ?? host.Link(route.Link)?.Mtu ?? 0);
            var first = targets.Count;
            var own = new EchoTarget(source, spec.Address);
            var target = Virtual(host, service.Spec.Key.Address, spec, route, own, hardware);
            targets.Add(own);
            if (target is not null)
            {
                targets.Add(target);
            }

            targets.Add(own with { Size = mtu });
            plan.Add((new BackendEcho(service.Name, backend.Name, EchoResult.Silent, null) { Claimed = mtu, Address = spec.Address }, first, target is not null));
        }

        var results = EchoProbe.Ask(targets, EchoWait);
        var echoes = plan.ConvertAll(one => one.Echo with
        {
            Own = results[one.First],
            Virtual = one.HasVirtual ? results[one.First + 1] : null,
            Largest = results[one.First + (one.HasVirtual ? 2 : 1)] == EchoResult.Answered ? one.Echo.Claimed : 0,
            IsTold = results[one.First + (one.HasVirtual ? 2 : 1)] == EchoResult.TooLarge,
        });
        return [.. echoes.Zip(plan, (echo, one) => echo is { Own: EchoResult.Answered, Largest: 0, IsTold: false } ? Measure(echo, targets[one.First]) : echo)];
    }

    /// <summary>Looks for the largest packet that the backend answers.</summary>
    private static BackendEcho Measure(BackendEcho echo, EchoTarget own)
    {
        var sizes = Sizes.Where(size => size < echo.Claimed).ToList();
        var results = EchoProbe.Ask([.. sizes.Select(size => own with { Size = size })], EchoWait / 4);
        return echo with { Largest = sizes.Zip(results).Where(static one => one.Second == EchoResult.Answered).Select(static one => one.First).DefaultIfEmpty(0).Max() };
    }

    private static EchoTarget? Virtual(HostView host, IPAddress? vip, Model.BackendSpec spec, Route route, EchoTarget own, Dictionary<IPAddress, PhysicalAddress> hardware)
    {
        if (vip is null || !vip.IsV4())
        {
            return null;
        }

        if (spec.Method == ForwardingMethod.Tunnel)
        {
            return own with { Destination = vip, TunnelEnd = spec.Address, Tunnel = spec.Tunnel };
        }

        return host.Link(route.Link) is { } link && hardware.TryGetValue(spec.Address, out var mac) ? own with { Destination = vip, Hop = (link, mac) } : null;
    }

    /// <summary>An address of this host to which the backend answers: not a virtual one, which the backend has, too.</summary>
    private static IPAddress? SourceOf(HostView host, Route route)
    {
        var vips = host.Vips().Select(static vip => vip.Address).ToHashSet();
        return host.Addresses.Where(entry => entry.Link == route.Link && entry.Address.IsV4() && !vips.Contains(entry.Address)).Select(static entry => entry.Address)
            .Concat(route.Source is { } source && !vips.Contains(source) ? [source] : []).FirstOrDefault();
    }
}
