using System.Net;
using System.Net.Sockets;

namespace Gorb.Ipvs.Tests;

/// <summary>Random valid values.</summary>
internal static class Any
{
    private static readonly string[] SchedulerNames = ["rr", "wrr", "sh", "mh", "none"];
    private static readonly TransportProtocol[] Protocols = [TransportProtocol.Tcp, TransportProtocol.Udp, TransportProtocol.Sctp];

    public static VirtualService Service(Random random)
    {
        var family = Family(random);
        var key = random.Next(4) == 0
            ? ServiceKey.ForFirewallMark((uint)random.NextInt64(1, 1L << 32), family)
            : ServiceKey.ForAddress(Pick(random, Protocols), Address(random, family), (ushort)random.Next(1, 65536));
        return new VirtualService(key)
        {
            Scheduler = Pick(random, SchedulerNames),
            Flags = (ServiceFlags)random.Next(0x40) & ~(ServiceFlags.OnePacket | (ServiceFlags)0x2),
            PersistenceTimeout = (uint)random.Next(2_000_000),
            Netmask = Netmask.FromPrefixLength(family, random.Next(1, family == AddressFamily.InterNetworkV6 ? 129 : 33)),
            PersistenceEngine = random.Next(2) == 0 ? null : "sip",
        };
    }

    public static Destination Destination(Random random, ServiceKey service)
    {
        var forwarding = (ForwardingMethod)random.Next(5);
        var tunnel = forwarding == ForwardingMethod.Tunnel;
        var upper = (uint)random.Next();
        return new Destination(new DestinationKey(Address(random, tunnel ? Family(random) : service.Family), tunnel || forwarding == ForwardingMethod.DirectRoute ? service.Port : (ushort)random.Next(65536)))
        {
            Weight = random.Next(),
            Forwarding = forwarding,
            Tunnel = tunnel ? new TunnelOptions((TunnelType)random.Next(3), (ushort)random.Next(1, 65536), (TunnelChecksum)random.Next(3)) : default,
            UpperThreshold = upper,
            LowerThreshold = (uint)random.NextInt64(upper + 1L),
        };
    }

    private static AddressFamily Family(Random random) => random.Next(2) == 0 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;

    private static IPAddress Address(Random random, AddressFamily family)
    {
        var bytes = new byte[family == AddressFamily.InterNetworkV6 ? 16 : 4];
        random.NextBytes(bytes);
        bytes[0] = (byte)(family == AddressFamily.InterNetworkV6 ? 0x20 : 10);
        return new IPAddress(bytes);
    }

    private static T Pick<T>(Random random, T[] values) => values[random.Next(values.Length)];
}
