using System.Net;
using Gorb.Ipvs;

namespace Gorb.Doctor.Facts;

/// <summary>A socket of this network namespace that takes connections or datagrams.</summary>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Address">The address; the unspecified one for any.</param>
/// <param name="Port">The port.</param>
/// <param name="Process">The number of its process; null when it is not visible from here.</param>
/// <param name="Program">The name of its program.</param>
internal sealed record Listener(TransportProtocol Protocol, IPAddress Address, ushort Port, int? Process, string? Program)
{
    /// <summary>True when it takes packets for an address, if no other socket does.</summary>
    public bool Covers(IPAddress address) => Address.Equals(address) || Address.Equals(IPAddress.IPv6Any) || (Address.Equals(IPAddress.Any) && address.IsV4());
}
