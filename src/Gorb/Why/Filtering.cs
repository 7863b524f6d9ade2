using System.Net;
using Gorb.Doctor;
using Gorb.Doctor.Packets;
using Gorb.Ipvs;
using Gorb.Ipvs.Filters;

namespace Gorb.Why;

/// <summary>The steps through this host's packet filter. A packet counts as dropped only if that is certain.</summary>
internal static class Filtering
{
    private const string Name = "filter";
    private const byte Ipv4InIp = 4, Ipv6InIp = 41, Gre = 47; // IPPROTO_IPIP, IPPROTO_IPV6, IPPROTO_GRE

    /// <summary>The client's packet, which IPVS takes after the rules for incoming packets.</summary>
    public static WhyStep OfRequest(Question question, IPAddress vip)
    {
        var key = question.Service.Spec.Key;
        var packet = new Packet(vip.IsV4(), question.Protocol) { IsFirst = question.IsNewConnection, Source = question.Client, SourcePort = question.Port, Destination = vip, DestinationPort = Known(key.Port) };
        return Decide(question, $"packets of {question.Client} for {key}", packet, FilterHook.Prerouting, FilterHook.Input);
    }

    /// <summary>The packet that IPVS sends to a backend: it passes the rules for outgoing packets, still with the client's address.</summary>
    public static WhyStep OfForwarded(Question question, Destination destination)
    {
        var packet = destination.Forwarding switch
        {
            ForwardingMethod.Masquerade => Sent(question, destination.Key.Address) with { DestinationPort = Known(destination.Key.Port) },
            ForwardingMethod.Tunnel => Wrapped(question, destination),
            _ when question.VirtualAddress is { } vip => Sent(question, vip) with { DestinationPort = Known(question.Service.Spec.Key.Port) },
            _ => Sent(question, null),
        };
        return Decide(question, $"packets for {destination.Key.Address}", packet, FilterHook.Output, FilterHook.Postrouting);
    }

    /// <summary>The reply of a NAT backend: IPVS gives it the virtual address after the rules for forwarded packets; for a client on this host, after those for incoming ones.</summary>
    public static WhyStep OfReply(Question question, Destination destination)
    {
        var packet = new Packet(destination.Key.Address.IsV4(), question.Protocol)
        {
            Source = destination.Key.Address,
            SourcePort = Known(destination.Key.Port),
            Destination = question.Client,
            DestinationPort = question.Port,
        };
        return Decide(question, $"replies of {destination.Key.Address}", packet, question.IsLocalClient ? FilterHook.Input : FilterHook.Forward);
    }

    private static Packet Sent(Question question, IPAddress? to) => new(question.Client.IsV4(), question.Protocol) { Source = question.Client, SourcePort = question.Port, Destination = to };

    private static Packet Wrapped(Question question, Destination destination)
    {
        var tunnel = destination.Tunnel;
        var packet = new Packet(destination.Key.Address.IsV4(), TransportProtocol.Udp) { Destination = destination.Key.Address };
        return tunnel.Type switch
        {
            TunnelType.Gue => packet with { DestinationPort = Known(tunnel.Port) },
            TunnelType.Gre => packet with { HeaderProtocol = Gre },
            _ => packet with { HeaderProtocol = question.Client.IsV4() ? Ipv4InIp : Ipv6InIp },
        };
    }

    private static WhyStep Decide(Question question, string packets, Packet packet, params FilterHook[] hooks)
    {
        var host = question.Host;
        return question.Service.Spec.Key.IsFirewallMark ? WhyStep.Unknown(Name, $"the rules for {packets} are not followed: which ports and protocols a firewall mark stands for is not known")
            : FilterWalk.FindDrops(host.Chains, packet, hooks).FirstOrDefault() is { } drop ? WhyStep.Broken(Name, $"{packets} are dropped by {drop.Place}", drop.Command)
            : host.Unread.Count > 0 ? WhyStep.Unknown(Name, string.Join("; ", host.Unread))
            : FilterDoubt.Find(host.Chains, packet, hooks) is { } chain ? WhyStep.Unknown(Name, $"{FilterDecision.NameOf(chain)} may drop {packets}: that depends on more than is known here, such as the state of connection tracking")
            : WhyStep.Good(Name, $"{packets} are not dropped by the packet filter");
    }

    /// <summary>Port 0 stands for every port.</summary>
    private static ushort? Known(ushort port) => port == 0 ? null : port;
}
