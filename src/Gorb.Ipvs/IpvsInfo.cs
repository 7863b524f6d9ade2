namespace Gorb.Ipvs;

/// <summary>What the kernel says of its IPVS.</summary>
/// <param name="Version">Version of IPVS, such as 1.2.1.</param>
/// <param name="ConnectionTableSize">Buckets of the connection table.</param>
public sealed record IpvsInfo(Version Version, uint ConnectionTableSize);

/// <summary>Idle times after which connections are forgotten, one set per network namespace. Zero means "leave as it is" when writing.</summary>
/// <param name="Tcp">Established TCP connections; whole seconds.</param>
/// <param name="TcpFin">TCP connections after a FIN; whole seconds.</param>
/// <param name="Udp">UDP flows; whole seconds.</param>
public sealed record IpvsTimeouts(TimeSpan Tcp, TimeSpan TcpFin, TimeSpan Udp);

/// <summary>Which half of connection synchronization a daemon is (linux/ip_vs.h, IP_VS_STATE_*).</summary>
public enum SyncRole : uint
{
    /// <summary>Sends connections to the group.</summary>
    Master = 1,

    /// <summary>Takes connections from the group.</summary>
    Backup = 2,
}

/// <summary>A connection synchronization daemon of the kernel. Both roles may run at once; each is started by itself.</summary>
/// <param name="Role">Sender or receiver.</param>
/// <param name="Interface">Network interface of the multicast traffic, at most 15 characters.</param>
/// <param name="SyncId">0 to 255; a backup with 0 takes every sender's connections.</param>
public sealed record SyncDaemon(SyncRole Role, string Interface, uint SyncId)
{
    /// <summary>Largest message in bytes; 0 for the kernel's choice.</summary>
    public ushort MaxLength { get; init; }

    /// <summary>Multicast group, IPv4 or IPv6; null for 224.0.0.81.</summary>
    public System.Net.IPAddress? Group { get; init; }

    /// <summary>UDP port, host order; 0 for 8848.</summary>
    public ushort Port { get; init; }

    /// <summary>Time to live of the packets; 0 for 1.</summary>
    public byte TimeToLive { get; init; }
}
