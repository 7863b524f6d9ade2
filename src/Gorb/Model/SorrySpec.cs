using System.Net;
using Gorb.Ipvs;

namespace Gorb.Model;

/// <summary>Who answers when no backend of a service is up. It is in the kernel only while it serves: sh, dh and mh would refuse the clients of one that waits there at weight 0.</summary>
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
