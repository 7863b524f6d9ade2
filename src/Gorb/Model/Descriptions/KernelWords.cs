using System.Net.Sockets;
using Gorb.Ipvs;

namespace Gorb.Model.Descriptions;

/// <summary>GORB's words for what the kernel knows, and as the store has them.</summary>
internal static class KernelWords
{
    public static Words<TransportProtocol> Protocol { get; } = new(
        new(TransportProtocol.Tcp, "tcp", "Tcp"), new(TransportProtocol.Udp, "udp", "Udp"), new(TransportProtocol.Sctp, "sctp", "Sctp"))
    {
        IgnoresCase = true,
        GorbText = GorbTexts.UnknownProtocol,
    };

    public static Words<AddressFamily> Family { get; } = new(
        new(AddressFamily.InterNetwork, "ipv4", "InterNetwork"), new(AddressFamily.InterNetworkV6, "ipv6", "InterNetworkV6"))
    {
        IgnoresCase = true,
    };

    public static Words<ForwardingMethod> Forwarding { get; } = new(
        new(ForwardingMethod.Masquerade, "nat", "Masquerade"), new(ForwardingMethod.DirectRoute, "dr", "DirectRoute"), new(ForwardingMethod.Tunnel, "tunnel", "Tunnel"))
    {
        Alias = ("ipip", ForwardingMethod.Tunnel),
        IgnoresCase = true,
        GorbText = GorbTexts.UnknownMethod,
    };

    public static Words<TunnelType> Tunnel { get; } = new(
        new(TunnelType.Ipip, "ipip", "Ipip"), new(TunnelType.Gue, "gue", "Gue"), new(TunnelType.Gre, "gre", "Gre"))
    {
        IgnoresCase = true,
    };

    public static Words<TunnelChecksum> Checksum { get; } = new(
        new(TunnelChecksum.None, "none", "None"), new(TunnelChecksum.Full, "full", "Full"), new(TunnelChecksum.Remote, "remote", "Remote"))
    {
        IgnoresCase = true,
    };
}
