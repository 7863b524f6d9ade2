using System.Net;
using Gorb.Doctor;
using Gorb.Ipvs;
using Gorb.Ipvs.Connections;
using Gorb.Ipvs.Routes;
using Gorb.Targets.Host;

namespace Gorb.Why;

/// <summary>The steps of a backend's reply to the client, as far as this host can know them.</summary>
internal static class Return
{
    private const string Back = "return", HandshakeBegun = "SYN_RECV";

    /// <summary>How long a handshake may take before it counts as failed.</summary>
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(1);

    public static IEnumerable<WhyStep> Trace(Question question, DestinationEntry destination)
    {
        var address = destination.Destination.Key.Address;
        var isLocal = question.Host.LinkOf(address) is not null || IPAddress.IsLoopback(address);
        if (isLocal)
        {
            yield return Evidence(question, destination) ?? WhyStep.Good(Back, "this host answers itself");
            yield break;
        }

        if (destination.Destination.Forwarding == ForwardingMethod.Masquerade)
        {
            foreach (var step in WayBack(question, destination.Destination))
            {
                yield return step;
            }
        }

        yield return Evidence(question, destination) ?? Expect(question, destination.Destination);
    }

    /// <summary>The way of the reply of a NAT backend through this host.</summary>
    private static IEnumerable<WhyStep> WayBack(Question question, Destination destination)
    {
        if (question.IsLocalClient)
        {
            yield return Filtering.OfReply(question, destination);
            yield break;
        }

        yield return Forward(question, destination.Key.Address);
        yield return Filtering.OfReply(question, destination);
        yield return Route(question);
    }

    private static WhyStep Forward(Question question, IPAddress backend)
    {
        const string name = "forwarding";
        var device = question.Host.Route(new RouteQuery(backend))?.Route is { } route ? question.Host.Link(route.Link)?.Name : null;
        TableUse[] uses = backend.IsV4() ? [new TableUse(TableFeature.Nat4, device)] : [new TableUse(TableFeature.Nat6)];
        var missing = SysctlRules.Find(uses, question.Host.KernelVersion)
            .FirstOrDefault(need => need.Setting.Contains("forward", StringComparison.Ordinal) && !need.IsMet(question.Host.Setting));
        return missing is null ? WhyStep.Good(name, "this host forwards packets")
            : WhyStep.Broken(name, $"{missing.Setting} is {question.Host.Setting(missing.Setting) ?? "unknown"}, so this host does not forward the reply", missing.Command);
    }

    private static WhyStep Route(Question question)
    {
        const string name = "client";
        switch (question.Host.Route(new RouteQuery(question.Client)))
        {
            case null:
                return WhyStep.Unknown(name, $"the kernel cannot be asked for the route to {question.Client}");
            case { Route: { Type: RouteType.Unicast } route }:
                var hop = route.Gateway ?? question.Client;
                var device = question.Host.Link(route.Link)?.Name ?? "?";
                return question.Neighbor(route.Link, hop) is { State: NeighborState.Failed or NeighborState.Incomplete }
                    ? WhyStep.Broken(name, $"{hop} on the way to the client does not answer requests for its hardware address on {device}")
                    : WhyStep.Good(name, $"the client is reached by {device}{(route.Gateway is null ? "" : $" through {route.Gateway}")}");
            case { Errno: var errno }:
                return WhyStep.Broken(name, $"this host has no route to the client {question.Client} ({errno})");
        }
    }

    /// <summary>What the client's connections to the backend tell; null when they tell nothing.</summary>
    private static WhyStep? Evidence(Question question, DestinationEntry destination)
    {
        var last = question.Connections.Entries.Where(one => !one.IsTemplate && one.Protocol == TransportProtocol.Tcp && one.Destination == destination.Destination.Key)
            .MinBy(static one => (Age(one), one.State == HandshakeBegun)); // ages are whole seconds: of two alike, the answered one tells more
        return last is null ? null
            : last.State != HandshakeBegun ? WhyStep.Good(Back, $"the client's connection from port {last.ClientPort} was answered ({last.State})")
            : Age(last) < HandshakeLimit ? null
            : WhyStep.Broken(Back, $"the client's last connection, {Age(last).TotalSeconds:0} s ago, got no answer: {Explain(question, destination.Destination)}", FindTranslation(question, destination.Destination)?.Command);
    }

    /// <summary>The time since the connection's last packet, by the kernel's default time-outs (ip_vs_proto_tcp.c).</summary>
    private static TimeSpan Age(ConnectionEntry entry) => TimeSpan.FromSeconds(entry.State switch
    {
        "ESTABLISHED" => 15 * 60,
        "SYN_SENT" or "FIN_WAIT" or "TIME_WAIT" or "LISTEN" or "SYNACK" => 2 * 60,
        "CLOSE" => 10,
        "LAST_ACK" => 30,
        _ => 60,
    }) - entry.ExpiresIn;

    /// <summary>What is known of the reply where no connection tells of it.</summary>
    private static WhyStep Expect(Question question, Destination destination)
    {
        var expected = Explain(question, destination);
        return FindTranslation(question, destination) is { IsWanted: true, IsPossible: true } ? WhyStep.Good(Back, expected) : WhyStep.Unknown(Back, expected) with { Command = FindTranslation(question, destination)?.Command };
    }

    private static Translation? FindTranslation(Question question, Destination destination) =>
        destination.Forwarding == ForwardingMethod.Masquerade ? Translation.Of(question, destination.Key.Address) : null;

    private static string Explain(Question question, Destination destination) => destination.Forwarding switch
    {
        ForwardingMethod.Masquerade => Translation.Of(question, destination.Key.Address).Explain(question),
        ForwardingMethod.Tunnel => "the backend must unwrap the packet, have the virtual address and answer the client directly, which cannot be seen from here; \"gorb recipe\" prepares it",
        _ => "the backend must have the virtual address and answer the client directly, which cannot be seen from here; \"gorb recipe\" prepares it",
    };
}
