namespace Gorb.Ipvs;

/// <summary>
/// Traffic of a service or destination as of the kernel's last estimation (every 2 s; never when net.ipv4.vs.run_estimation is 0). Kernels before 4.1
/// report all values but the bytes modulo 2^32.
/// </summary>
public readonly record struct Counters
{
    /// <summary>Connections since creation or the last zeroing.</summary>
    public ulong Connections { get; init; }

    /// <summary>Packets from clients.</summary>
    public ulong InPackets { get; init; }

    /// <summary>Packets to clients that pass through the director (NAT).</summary>
    public ulong OutPackets { get; init; }

    /// <summary>Bytes from clients.</summary>
    public ulong InBytes { get; init; }

    /// <summary>Bytes to clients that pass through the director (NAT).</summary>
    public ulong OutBytes { get; init; }

    /// <summary>New connections per second, averaged over about 8 s like the other rates.</summary>
    public ulong ConnectionsPerSecond { get; init; }

    /// <summary>Packets per second from clients.</summary>
    public ulong InPacketsPerSecond { get; init; }

    /// <summary>Packets per second to clients.</summary>
    public ulong OutPacketsPerSecond { get; init; }

    /// <summary>Bytes per second from clients.</summary>
    public ulong InBytesPerSecond { get; init; }

    /// <summary>Bytes per second to clients.</summary>
    public ulong OutBytesPerSecond { get; init; }
}
