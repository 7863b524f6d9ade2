using System.Net;
using Gorb.Ipvs;

namespace Gorb.Balancing;

/// <summary>Who answers when no backend of a service is up. It stands in the kernel all the time, at weight 0 until it is needed.</summary>
internal sealed record SorrySpec
{
    /// <summary>Its host as it was given: an address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Its port.</summary>
    public required ushort Port { get; init; }

    /// <summary>How packets get there.</summary>
    public ForwardingMethod Method { get; init; } = ForwardingMethod.Masquerade;

    /// <summary>Identity in the kernel, within the service.</summary>
    public DestinationKey Key => new(Address, Port);
}
