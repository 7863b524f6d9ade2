namespace Gorb.Ipvs;

/// <summary>
/// A real server: its identity and every setting the kernel keeps for it. The kernel replaces weight, forwarding, thresholds and
/// tunnel together, so an update always sends this whole record. Record equality means "same settings".
/// </summary>
/// <param name="Key">Identity within the virtual service.</param>
public sealed record Destination(DestinationKey Key)
{
    /// <summary>Share of new connections, 0 to <see cref="int.MaxValue"/>; 0 means quiesced: no new connections, running ones finish.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>How packets get there.</summary>
    public ForwardingMethod Forwarding { get; init; }

    /// <summary>Used with <see cref="ForwardingMethod.Tunnel"/> only.</summary>
    public TunnelOptions Tunnel { get; init; }

    /// <summary>Connections at which no new ones are sent here; 0 is no limit.</summary>
    public uint UpperThreshold { get; init; }

    /// <summary>Connections below which new ones are sent again; 0 lets the kernel take three quarters of the upper threshold.</summary>
    public uint LowerThreshold { get; init; }
}
