using System.Net;
using System.Net.NetworkInformation;

namespace Gorb.Ipvs.Probes;

/// <summary>A host that has an address.</summary>
/// <param name="Address">The address.</param>
/// <param name="HardwareAddress">The host's Ethernet address.</param>
public sealed record ProbeAnswer(IPAddress Address, PhysicalAddress HardwareAddress);
