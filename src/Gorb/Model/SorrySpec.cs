using System.Net;
using Gorb.Ipvs;

namespace Gorb.Model;

/// <summary>The sorry backend, which serves while no backend is up. It is in the kernel only then: at weight 0, sh, dh and mh would reject its clients.</summary>
internal sealed record SorrySpec
{
    /// <summary>The address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The port.</summary>
    public required ushort Port { get; init; }

    /// <summary>The forwarding method.</summary>
    public ForwardingMethod Method { get; init; } = ForwardingMethod.Masquerade;

    /// <summary>The kernel key, unique within the service.</summary>
    public DestinationKey Key => new(Address, Port);
}
