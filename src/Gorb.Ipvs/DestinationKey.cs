using System.Net;

namespace Gorb.Ipvs;

/// <summary>The identity of a real server within its virtual service.</summary>
/// <param name="Address">The real server's address (RIP), without a scope id. Its family may differ from the service's only when packets are tunnelled.</param>
/// <param name="Port">The real server's port, host order; 0 means the port of the virtual service.</param>
public readonly record struct DestinationKey(IPAddress Address, ushort Port)
{
    /// <summary>The real server's address, without its scope id: the kernel keeps none, so keys that differ only in it are one destination.</summary>
    public IPAddress Address { get; init => field = Unicast.WithoutScope(value); } = Unicast.WithoutScope(Address);

    /// <summary>As <c>10.0.0.5:8080</c> or <c>[2001:db8::5]:8080</c>.</summary>
    public override string ToString() => Address is null ? "(no address)" : new IPEndPoint(Address, Port).ToString();
}
