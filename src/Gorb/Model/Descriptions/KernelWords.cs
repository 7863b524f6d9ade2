using System.Net.Sockets;
using Gorb.Ipvs;
using Gorb.Ipvs.Nftables;

namespace Gorb.Model.Descriptions;

/// <summary>GORB's names for kernel values. The store has its own names for them.</summary>
internal static class KernelWords
{
    public static Words<TransportProtocol> Protocol { get; } = new(
        new(TransportProtocol.Tcp, "tcp"), new(TransportProtocol.Udp, "udp"), new(TransportProtocol.Sctp, "sctp"))
    {
        IgnoresCase = true,
        GorbText = GorbTexts.UnknownProtocol,
    };

    public static Words<AddressFamily> Family { get; } = new(
        new(AddressFamily.InterNetwork, "ipv4"), new(AddressFamily.InterNetworkV6, "ipv6"))
    {
        IgnoresCase = true,
    };

    public static Words<ForwardingMethod> Forwarding { get; } = new(
        new(ForwardingMethod.Masquerade, "nat"), new(ForwardingMethod.DirectRoute, "dr"), new(ForwardingMethod.Tunnel, "tunnel"))
    {
        Alias = ("ipip", ForwardingMethod.Tunnel),
        IgnoresCase = true,
        GorbText = GorbTexts.UnknownMethod,
    };

    public static Words<MasqueradeMode> Masquerade { get; } = new(
        new(MasqueradeMode.Never, "false", "Never"), new(MasqueradeMode.Always, "true", "Always"), new(MasqueradeMode.Automatic, "auto", "Automatic"))
    {
        IgnoresCase = true,
    };

    public static Words<TunnelType> Tunnel { get; } = new(
        new(TunnelType.Ipip, "ipip"), new(TunnelType.Gue, "gue"), new(TunnelType.Gre, "gre"))
    {
        IgnoresCase = true,
    };

    public static Words<TunnelChecksum> Checksum { get; } = new(
        new(TunnelChecksum.None, "none"), new(TunnelChecksum.Full, "full"), new(TunnelChecksum.Remote, "remote"))
    {
        IgnoresCase = true,
    };
}
