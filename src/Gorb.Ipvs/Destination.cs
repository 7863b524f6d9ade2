namespace Gorb.Ipvs;

/// <summary>
/// A real server: its identity and all settings that the kernel keeps for it. The kernel replaces weight, forwarding, thresholds and tunnel together, so
/// an update always sends the whole record. Record equality means "same settings".
/// </summary>
/// <param name="Key">Identity within the virtual service.</param>
public sealed record Destination(DestinationKey Key)
{
    /// <summary>Share of new connections, 0 to <see cref="int.MaxValue"/>. 0 means quiesced: no new connections, existing ones finish.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>How packets reach the real server.</summary>
    public ForwardingMethod Forwarding { get; init; }

    /// <summary>Used with <see cref="ForwardingMethod.Tunnel"/> only.</summary>
    public TunnelOptions Tunnel { get; init; }

    /// <summary>Number of connections from which on the kernel sends no new ones; 0 for no limit.</summary>
    public uint UpperThreshold { get; init; }

    /// <summary>Number of connections below which the kernel sends new ones again; 0 for three quarters of the upper threshold.</summary>
    public uint LowerThreshold { get; init; }
}
