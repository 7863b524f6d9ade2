namespace Gorb.Ipvs;

/// <summary>
/// The kernel's IPVS in one network namespace. Calls are synchronous: the kernel does the work inside the system call, in microseconds. Not thread-safe:
/// use one client per thread, or a lock.
/// </summary>
/// <remarks>
/// Every call throws <see cref="IpvsException"/> when the kernel refuses, <see cref="IpvsUnavailableException"/> when IPVS cannot be reached at all
/// (no module, no privilege), and <see cref="Netlink.NetlinkException"/> when the netlink exchange breaks: the kernel may or may not have carried it out.
/// The client can be used again after any of these.
/// </remarks>
public interface IIpvsClient : IDisposable
{
    /// <summary>
    /// Sends the changes in order, many in one system call, and returns one result for each, in the same order. A refused change does not stop the others.
    /// Settings that the kernel would accept and misunderstand are refused here, with a result like the kernel's refusals.
    /// </summary>
    IReadOnlyList<ChangeResult> Apply(IReadOnlyList<IpvsChange> changes);

    /// <summary>All virtual services, each key once. An empty table is an empty list.</summary>
    IReadOnlyList<VirtualServiceEntry> GetServices();

    /// <summary>Finds one virtual service; null when the kernel does not have it.</summary>
    VirtualServiceEntry? FindService(ServiceKey service);

    /// <summary>The destinations of one service, each key once; empty when the service is missing, which the kernel does not report.</summary>
    IReadOnlyList<DestinationEntry> GetDestinations(ServiceKey service);

    /// <summary>The whole table: every service with its destinations. Not atomic: changes by other processes may appear in part.</summary>
    IReadOnlyList<TableEntry> GetTable();

    /// <summary>Version and connection table size.</summary>
    IpvsInfo GetInfo();

    /// <summary>The connection timeouts of this namespace.</summary>
    IpvsTimeouts GetTimeouts();

    /// <summary>Sets the connection timeouts of this namespace; zero keeps the current value.</summary>
    void SetTimeouts(IpvsTimeouts timeouts);

    /// <summary>Resets the counters of one service and its destinations, or of all services when null.</summary>
    void Zero(ServiceKey? service = null);

    /// <summary>Removes every virtual service of this namespace, also those of other programs.</summary>
    void Flush();

    /// <summary>The running connection synchronization daemons: none, one or both.</summary>
    IReadOnlyList<SyncDaemon> GetSyncDaemons();

    /// <summary>Starts a connection synchronization daemon; EEXIST when that role is running.</summary>
    void StartSyncDaemon(SyncDaemon daemon);

    /// <summary>Stops a connection synchronization daemon; ESRCH when that role is not running.</summary>
    void StopSyncDaemon(SyncRole role);
}
