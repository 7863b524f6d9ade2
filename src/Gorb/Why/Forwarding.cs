using System.Net;
using Gorb.Doctor;
using Gorb.Ipvs;
using Gorb.Ipvs.Routes;
using Gorb.Model.Policy;

namespace Gorb.Why;

/// <summary>The steps of a packet from IPVS to a backend.</summary>
internal static class Forwarding
{
    private const string Backend = "backend", Way = "route";

    /// <summary>Returns the steps in order.</summary>
    public static IEnumerable<WhyStep> Trace(Question question, DestinationEntry destination)
    {
        yield return State(question, destination);
        var address = destination.Destination.Key.Address;
        if (question.Host.LinkOf(address) is not null || IPAddress.IsLoopback(address))
        {
            yield return WhyStep.Good(Way, $"{address} is this host");
            yield break;
        }

        var answer = question.Host.Route(new RouteQuery(address));
        yield return FollowRoute(question, destination, answer);
        if (answer?.Route is not { Type: RouteType.Unicast } route)
        {
            yield break;
        }

        yield return Filtering.OfForwarded(question, destination.Destination);
        yield return Neighbour(question, route, route.Gateway ?? address, destination.Destination.Forwarding == ForwardingMethod.DirectRoute);
        if (destination.Destination.Forwarding == ForwardingMethod.Tunnel)
        {
            yield return Mtu(question, destination.Destination, route);
        }
    }

    private static WhyStep State(Question question, DestinationEntry destination)
    {
        var weight = destination.Destination.Weight;
        if (question.FindBackend(destination.Destination.Key) is not { } backend)
        {
            return WhyStep.Unknown(Backend, $"{question.NameOf(destination.Destination.Key)} is not checked, weight {weight}");
        }

        if (backend.Health.Verdict == Verdict.Down)
        {
            return WhyStep.Broken(Backend, $"{backend.Name} is down for its checks ({question.Failure(backend.Name) ?? "no result yet"}), and gets connections nevertheless (force, fallback or min_healthy)");
        }

        return question.IsChecked(backend.Name)
            ? WhyStep.Good(Backend, $"{backend.Name} is up, weight {weight}{(backend.IsDraining ? ", draining" : "")}")
            : WhyStep.Unknown(Backend, $"{backend.Name} is not checked, weight {weight}{(backend.IsDraining ? ", draining" : "")}");
    }

    private static WhyStep FollowRoute(Question question, DestinationEntry destination, RouteAnswer? answer)
    {
        var address = destination.Destination.Key.Address;
        switch (answer)
        {
            case null:
                return WhyStep.Unknown(Way, $"the kernel cannot be asked for the route to {address}");
            case { Route: null }:
                return WhyStep.Broken(Way, $"{address}: {Explain(answer.Errno)}", Delete(answer.Errno) is { } kind ? $"ip route del {kind} {address}" : null);
            case { Route.Type: not RouteType.Unicast }:
                return WhyStep.Broken(Way, $"{address}: its route is of type {answer.Route.Type}");
        }

        var route = answer.Route;
        var link = question.Host.Link(route.Link);
        var device = link?.Name ?? "?";
        return link is { Kind: "dummy" } ? WhyStep.Broken(Way, $"{address} is routed to {device}, a dummy device, which drops everything")
            : link is { IsRunning: false } ? WhyStep.Broken(Way, $"{address} is routed to {device}, which is down or has no carrier", $"ip link set {device} up")
            : destination.Destination.Forwarding == ForwardingMethod.DirectRoute && route.Gateway is not null
                ? WhyStep.Broken(Way, $"{address} is behind router {route.Gateway}, which sends the packet back: direct routing needs the backend on a link of this host")
            : WhyStep.Good(Way, $"{address} is reached by {device}{(route.Gateway is null ? "" : $" through {route.Gateway}")}");
    }

    private static string Explain(Errno errno) => errno switch
    {
        Errno.ENETUNREACH => "there is no route to it",
        Errno.EACCES => "a route prohibits it",
        Errno.EHOSTUNREACH => "a route says that it is unreachable",
        _ => $"a route drops its packets ({errno})",
    };

    private static string? Delete(Errno errno) => errno switch
    {
        Errno.EACCES => "prohibit",
        Errno.EHOSTUNREACH => "unreachable",
        Errno.EINVAL => "blackhole",
        _ => null,
    };

    private static WhyStep Neighbour(Question question, Gorb.Ipvs.Routes.Route route, IPAddress hop, bool isDirect)
    {
        const string name = "neighbour";
        var device = question.Host.Link(route.Link)?.Name ?? "?";
        if (isDirect && route.Gateway is null && question.VirtualAddress is { } vip && question.Neighbor(route.Link, vip) is { } entry && FormerRoute.IsSign(entry))
        {
            return WhyStep.Broken(name, $"this host asks on {device} for the hardware address of {vip}, its own, instead of {hop}: the route is of a connection that began with NAT",
                FormerRoute.Command(hop, vip, device));
        }

        return question.Neighbor(route.Link, hop) switch
        {
            null => WhyStep.Unknown(name, $"{hop} has not been asked for its hardware address lately"),
            { State: NeighborState.Failed or NeighborState.Incomplete } => WhyStep.Broken(name, $"{hop} does not answer requests for its hardware address on {device}: the host is down or not on this link"),
            _ => WhyStep.Good(name, $"{hop} is known on {device}"),
        };
    }

    private static WhyStep Mtu(Question question, Destination destination, Gorb.Ipvs.Routes.Route route)
    {
        const string name = "mtu";
        var mtu = route.Mtu ?? question.Host.Link(route.Link)?.Mtu ?? 0;
        var overhead = Overhead(destination);
        var arriving = question.VirtualAddress is { } vip && question.Host.WireOf(vip) is { } wire ? wire.Mtu : mtu;
        return arriving + overhead <= mtu
            ? WhyStep.Good(name, $"packets of {arriving} bytes fit into the tunnel ({overhead} bytes of headers, {mtu} on the path)")
            : WhyStep.Unknown(name, $"packets of more than {mtu - overhead} bytes do not fit into the tunnel: large uploads stall where ICMP \"fragmentation needed\" is lost");
    }

    /// <summary>Returns the size of a tunnel's headers in bytes.</summary>
    private static uint Overhead(Destination destination) => (destination.Key.Address.IsV4() ? 20u : 40u) + destination.Tunnel.Type switch
    {
        TunnelType.Gue => destination.Tunnel.Checksum == TunnelChecksum.Remote ? 20u : 12u,
        TunnelType.Gre => destination.Tunnel.Checksum == TunnelChecksum.None ? 4u : 8u,
        _ => 0,
    };
}
