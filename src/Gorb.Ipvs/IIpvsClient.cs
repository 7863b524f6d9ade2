namespace Gorb.Ipvs;

/// <summary>
/// The kernel's IPVS, in the network namespace of the thread that made the client. Calls are synchronous: the kernel works inside the system
/// call and takes microseconds. Not thread-safe: one client per thread, or a lock around it.
/// </summary>
/// <remarks>
/// Every call throws <see cref="IpvsException"/> when the kernel refuses, <see cref="IpvsUnavailableException"/> when IPVS cannot be reached at all
/// (no module, no privilege), and <see cref="Netlink.NetlinkException"/> when the exchange itself broke: then what was sent may or may not have happened.
/// After any of these the client is usable again.
/// </remarks>
public interface IIpvsClient : IDisposable
{
    /// <summary>
    /// Sends the changes in order, many to a system call, and returns one result for each, in the same order. A refused change stops none
    /// of the others. Settings the kernel would accept and misunderstand are refused here, as the kernel would: with a result.
    /// </summary>
    IReadOnlyList<ChangeResult> Apply(IReadOnlyList<IpvsChange> changes);

    /// <summary>All virtual services, each key once. An empty table is an empty list.</summary>
    IReadOnlyList<VirtualServiceEntry> GetServices();

    /// <summary>One virtual service, or null when the kernel has none of that key.</summary>
    VirtualServiceEntry? FindService(ServiceKey service);

    /// <summary>The destinations of one service, each key once; empty for a service that is not there (the kernel does not tell the difference).</summary>
    IReadOnlyList<DestinationEntry> GetDestinations(ServiceKey service);

    /// <summary>The whole table: every service with its destinations. Not one moment's picture when others write meanwhile.</summary>
    IReadOnlyList<TableEntry> GetTable();

    /// <summary>Version and connection table size.</summary>
    IpvsInfo GetInfo();

    /// <summary>The connection timeouts of this namespace.</summary>
    IpvsTimeouts GetTimeouts();

    /// <summary>Sets the connection timeouts of this namespace; zero leaves one as it is.</summary>
    void SetTimeouts(IpvsTimeouts timeouts);

    /// <summary>Sets the counters of one service and its destinations to zero, or of all with null.</summary>
    void Zero(ServiceKey? service = null);

    /// <summary>Removes every virtual service of this namespace, whoever made it.</summary>
    void Flush();

    /// <summary>The connection synchronization daemons that run: none, one or both.</summary>
    IReadOnlyList<SyncDaemon> GetSyncDaemons();

    /// <summary>Starts a connection synchronization daemon; EEXIST when that role runs.</summary>
    void StartSyncDaemon(SyncDaemon daemon);

    /// <summary>Stops a connection synchronization daemon; ESRCH when that role does not run.</summary>
    void StopSyncDaemon(SyncRole role);
}
