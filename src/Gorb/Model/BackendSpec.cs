using System.Net;
using Gorb.Ipvs;
using Gorb.Model.Policy;

namespace Gorb.Model;

/// <summary>What a user asked of a backend, validated and resolved. Holds no collection, so that equality means "the same wish".</summary>
internal sealed record BackendSpec
{
    /// <summary>What "default weight" means, in GORB as here.</summary>
    public const int DefaultWeight = 100;

    /// <summary>A backend that says nothing yet: every member has its default.</summary>
    public static readonly BackendSpec Blank = new() { Host = "", Address = IPAddress.None, Port = 0 };

    /// <summary>The host as it was given: a name or an address.</summary>
    public required string Host { get; init; }

    /// <summary>The address the host stood for when it was given.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The port on the backend; 0 (the service's port) only for services of all ports and by firewall mark.</summary>
    public required ushort Port { get; init; }

    /// <summary>Share of new connections; 0 quiesces.</summary>
    public int Weight { get; init; } = DefaultWeight;

    /// <summary>How packets get there.</summary>
    public ForwardingMethod Method { get; init; } = ForwardingMethod.Masquerade;

    /// <summary>Used when <see cref="Method"/> is <see cref="ForwardingMethod.Tunnel"/>.</summary>
    public TunnelOptions Tunnel { get; init; }

    /// <summary>Connections at which no new ones come; 0 is no limit.</summary>
    public uint UpperThreshold { get; init; }

    /// <summary>Connections below which new ones come again.</summary>
    public uint LowerThreshold { get; init; }

    /// <summary>The health check as it was given (canonical JSON), or null for the default.</summary>
    public string? Pulse { get; init; }

    /// <summary>The operator's word, above what the checks say.</summary>
    public Force Force { get; init; }

    /// <summary>No new connections until this is over; null when not draining.</summary>
    public Drain? Drain { get; init; }

    /// <summary>How long it may run empty once its source no longer declares it; zero for not at all.</summary>
    public TimeSpan DrainOnRemoval { get; init; }

    /// <summary>Identity in the kernel, within the service.</summary>
    public DestinationKey Key => new(Address, Port);

    /// <summary>True when both are the same server.</summary>
    public bool IsAtPlaceOf(BackendSpec other) => Key == other.Key;
}
