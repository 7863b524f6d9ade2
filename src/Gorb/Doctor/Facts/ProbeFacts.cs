using System.Net;
using Gorb.Ipvs.Probes;

namespace Gorb.Doctor.Facts;

/// <summary>What the hosts around answered.</summary>
internal sealed record ProbeFacts
{
    /// <summary>Who answers ARP for the virtual addresses and the backends, with the link.</summary>
    public IReadOnlyList<(string Link, ProbeAnswer Answer)> Arp { get; init; } = [];

    /// <summary>Pings of backends.</summary>
    public IReadOnlyList<BackendEcho> Echoes { get; init; } = [];
}

/// <summary>Pings of one backend.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Backend">The backend's name.</param>
/// <param name="Own">The ping of its own address.</param>
/// <param name="Virtual">The ping of the virtual address, sent to it as IPVS sends packets; null for NAT, and for a service by firewall mark.</param>
internal sealed record BackendEcho(string Service, string Backend, EchoResult Own, EchoResult? Virtual)
{
    /// <summary>The bytes of the largest packet that the path is said to take.</summary>
    public int Claimed { get; init; }

    /// <summary>The bytes of the largest packet that was answered; 0 when none was.</summary>
    public int Largest { get; init; }

    /// <summary>True when an ICMP message answered the largest packet: it is too large. Without one, path MTU discovery fails.</summary>
    public bool IsTold { get; init; }

    /// <summary>The backend's address.</summary>
    public IPAddress Address { get; init; } = IPAddress.None;
}
