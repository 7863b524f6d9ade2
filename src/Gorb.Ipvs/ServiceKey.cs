using System.Net;
using System.Net.Sockets;

namespace Gorb.Ipvs;

/// <summary>
/// The identity of a virtual service: transport, address and port, or an address family and a firewall mark. Two services are the same object in the
/// kernel exactly when their keys are equal.
/// </summary>
public readonly record struct ServiceKey
{
    private ServiceKey(AddressFamily family, TransportProtocol protocol, IPAddress? address, ushort port, uint firewallMark)
    {
        Family = family;
        Protocol = protocol;
        Address = address;
        Port = port;
        FirewallMark = firewallMark;
    }

    /// <summary><see cref="AddressFamily.InterNetwork"/> or <see cref="AddressFamily.InterNetworkV6"/>.</summary>
    public AddressFamily Family { get; }

    /// <summary>The transport; unused by a firewall-mark service.</summary>
    public TransportProtocol Protocol { get; }

    /// <summary>The virtual IP address (VIP); null for a firewall-mark service.</summary>
    public IPAddress? Address { get; }

    /// <summary>The virtual port, host order; 0 means all ports and needs persistence.</summary>
    public ushort Port { get; }

    /// <summary>The mark that a packet filter sets on packets of this service; 0 for a service by address.</summary>
    public uint FirewallMark { get; }

    /// <summary>True for a service by firewall mark.</summary>
    public bool IsFirewallMark => FirewallMark != 0;

    /// <summary>Creates the key of a service by transport, address and port.</summary>
    /// <exception cref="ArgumentException">The address is not a unicast IPv4 or IPv6 address.</exception>
    public static ServiceKey ForAddress(TransportProtocol protocol, IPAddress address, ushort port)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!Enum.IsDefined(protocol))
        {
            throw new ArgumentException($"IPVS balances tcp, udp and sctp, not IP protocol {(byte)protocol}.", nameof(protocol));
        }

        if (!Unicast.IsUnicast(address))
        {
            throw new ArgumentException($"{address} is not a unicast address.", nameof(address));
        }

        return new ServiceKey(address.AddressFamily, protocol, Unicast.WithoutScope(address), port, 0);
    }

    /// <summary>Creates the key of a service by firewall mark, for packets of one address family.</summary>
    /// <exception cref="ArgumentException">The mark is 0, which the kernel reads as TCP 0.0.0.0:0, or the family is not IP.</exception>
    public static ServiceKey ForFirewallMark(uint mark, AddressFamily family)
    {
        ArgumentOutOfRangeException.ThrowIfZero(mark);
        return family is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6
            ? new ServiceKey(family, default, null, 0, mark)
            : throw new ArgumentException($"{family} is not an IP address family.", nameof(family));
    }

    /// <summary>A key as read from the kernel: not validated, because other programs may have set any value.</summary>
    internal static ServiceKey FromKernel(AddressFamily family, TransportProtocol protocol, IPAddress? address, ushort port, uint mark) =>
        new(family, protocol, address, port, mark);

    /// <summary>Formats the key as <c>tcp/10.0.0.1:80</c>, <c>udp/[2001:db8::1]:53</c>, <c>fwmark/7</c> or <c>fwmark6/7</c>.</summary>
    public override string ToString() => IsFirewallMark || Address is null
        ? $"fwmark{(Family == AddressFamily.InterNetworkV6 ? "6" : "")}/{FirewallMark}"
        : $"{ProtocolName(Protocol)}/{new IPEndPoint(Address, Port)}";

    private static string ProtocolName(TransportProtocol protocol) => protocol switch
    {
        TransportProtocol.Tcp => "tcp",
        TransportProtocol.Udp => "udp",
        TransportProtocol.Sctp => "sctp",
        _ => $"ip{(byte)protocol}",
    };
}
