using System.Net;
using Gorb.Ipvs;
using Gorb.Model.Policy;

namespace Gorb.Model;

/// <summary>The requested settings of a backend, validated and resolved. The record holds no collection, so equality compares all settings.</summary>
internal sealed record BackendSpec
{
    /// <summary>The default weight, the same as GORB's.</summary>
    public const int DefaultWeight = 100;

    /// <summary>A backend without settings: every member has its default.</summary>
    public static readonly BackendSpec Blank = new() { Host = "", Address = IPAddress.None, Port = 0 };

    /// <summary>The host as given: a name or an address.</summary>
    public required string Host { get; init; }

    /// <summary>The address to which the host resolved when it was given.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The port on the backend. 0 (the destination port of the packet) is valid only for services with port 0 or a firewall mark.</summary>
    public required ushort Port { get; init; }

    /// <summary>The weight, which sets the share of new connections; 0 quiesces the backend.</summary>
    public int Weight { get; init; } = DefaultWeight;

    /// <summary>The forwarding method.</summary>
    public ForwardingMethod Method { get; init; } = ForwardingMethod.Masquerade;

    /// <summary>The tunnel options; used only if <see cref="Method"/> is <see cref="ForwardingMethod.Tunnel"/>.</summary>
    public TunnelOptions Tunnel { get; init; }

    /// <summary>The number of connections at which new ones stop; 0 for no limit.</summary>
    public uint UpperThreshold { get; init; }

    /// <summary>The number of connections below which new ones resume.</summary>
    public uint LowerThreshold { get; init; }

    /// <summary>The health check as given (canonical JSON), or null for the default.</summary>
    public string? Pulse { get; init; }

    /// <summary>The operator's override of the checks.</summary>
    public Force Force { get; init; }

    /// <summary>The drain in progress; null while the backend is not draining.</summary>
    public Drain? Drain { get; init; }

    /// <summary>The drain period after the source stops declaring the backend; zero removes it immediately.</summary>
    public TimeSpan DrainOnRemoval { get; init; }

    /// <summary>The kernel key, unique within the service.</summary>
    public DestinationKey Key => new(Address, Port);

    /// <summary>True if both have the same kernel key.</summary>
    public bool IsAtPlaceOf(BackendSpec other) => Key == other.Key;
}
