namespace Gorb.Ipvs;

/// <summary>A virtual service as read from the kernel.</summary>
/// <param name="Service">Identity and settings.</param>
/// <param name="Counters">Its traffic.</param>
public sealed record VirtualServiceEntry(VirtualService Service, Counters Counters);

/// <summary>A real server as read from the kernel.</summary>
/// <param name="Destination">Identity and settings.</param>
/// <param name="Counters">Its traffic.</param>
public sealed record DestinationEntry(Destination Destination, Counters Counters)
{
    /// <summary>Connections in an established state; always 0 for UDP. The kernel counts them live, unlike <see cref="Counters"/>.</summary>
    public uint ActiveConnections { get; init; }

    /// <summary>Connections in any other state.</summary>
    public uint InactiveConnections { get; init; }

    /// <summary>Persistence templates.</summary>
    public uint PersistentConnections { get; init; }
}

/// <summary>A virtual service with its real servers.</summary>
/// <param name="Service">The service.</param>
/// <param name="Destinations">Its real servers in the kernel's order, each key once.</param>
public sealed record TableEntry(VirtualServiceEntry Service, IReadOnlyList<DestinationEntry> Destinations);
