namespace Gorb.Ipvs;

/// <summary>Version and size of the kernel's IPVS.</summary>
/// <param name="Version">Version of IPVS, such as 1.2.1.</param>
/// <param name="ConnectionTableSize">Buckets of the connection table; 0 in kernels that make it with the first service (seen in 7.2).</param>
public sealed record IpvsInfo(Version Version, uint ConnectionTableSize);

/// <summary>Idle times after which the kernel forgets connections, one set per network namespace. When writing, zero keeps the current value.</summary>
/// <param name="Tcp">Established TCP connections; whole seconds.</param>
/// <param name="TcpFin">TCP connections after a FIN; whole seconds.</param>
/// <param name="Udp">UDP flows; whole seconds.</param>
public sealed record IpvsTimeouts(TimeSpan Tcp, TimeSpan TcpFin, TimeSpan Udp);

/// <summary>The role of a connection synchronization daemon (linux/ip_vs.h, IP_VS_STATE_*).</summary>
public enum SyncRole : uint
{
    /// <summary>Sends connections to the multicast group.</summary>
    Master = 1,

    /// <summary>Receives connections from the multicast group.</summary>
    Backup = 2,
}

/// <summary>A connection synchronization daemon of the kernel. Both roles may run at once; each is started separately.</summary>
/// <param name="Role">Sender or receiver.</param>
/// <param name="Interface">Network interface of the multicast traffic, at most 15 characters.</param>
/// <param name="SyncId">0 to 255; a backup with 0 accepts the connections of every sender.</param>
public sealed record SyncDaemon(SyncRole Role, string Interface, uint SyncId)
{
    /// <summary>Largest message in bytes; 0 for the kernel's default.</summary>
    public ushort MaxLength { get; init; }

    /// <summary>Multicast group, IPv4 or IPv6; null for 224.0.0.81.</summary>
    public System.Net.IPAddress? Group { get; init; }

    /// <summary>UDP port, host order; 0 for 8848.</summary>
    public ushort Port { get; init; }

    /// <summary>Time to live of the packets; 0 for 1.</summary>
    public byte TimeToLive { get; init; }
}
