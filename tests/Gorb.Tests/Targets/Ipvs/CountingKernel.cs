using Gorb.Ipvs;
using Gorb.Ipvs.Netlink;

namespace Gorb.Tests.Targets.Ipvs;

/// <summary>A kernel that has only destinations with counters.</summary>
internal sealed class CountingKernel : IIpvsClient
{
    private readonly Dictionary<DestinationKey, ulong> _connections = [];
    private readonly HashSet<DestinationKey> _out = [];

    public bool IsBroken { get; set; }

    public void Has(DestinationKey destination, ulong connections) => _connections[destination] = connections;

    public void Out(DestinationKey destination) => _out.Add(destination);

    public void In(DestinationKey destination) => _out.Remove(destination);

    public bool IsIn(DestinationKey destination) => _connections.ContainsKey(destination) && !_out.Contains(destination);

    public Counters Counters(DestinationKey destination) => new() { Connections = _connections[destination], InPackets = 2 * _connections[destination] };

    public IReadOnlyList<DestinationEntry> GetDestinations(ServiceKey service) => IsBroken
        ? throw new NetlinkProtocolException("broken")
        : [.. _connections.Keys.Where(IsIn).Select(key => new DestinationEntry(new Destination(key), Counters(key)))];

    public IReadOnlyList<ChangeResult> Apply(IReadOnlyList<IpvsChange> changes) => throw new NotSupportedException();

    public IReadOnlyList<VirtualServiceEntry> GetServices() => throw new NotSupportedException();

    public VirtualServiceEntry? FindService(ServiceKey service) => throw new NotSupportedException();

    public IReadOnlyList<TableEntry> GetTable() => throw new NotSupportedException();

    public IpvsInfo GetInfo() => throw new NotSupportedException();

    public IpvsTimeouts GetTimeouts() => throw new NotSupportedException();

    public void SetTimeouts(IpvsTimeouts timeouts) => throw new NotSupportedException();

    public void Zero(ServiceKey? service = null) => throw new NotSupportedException();

    public void Flush() => throw new NotSupportedException();

    public IReadOnlyList<SyncDaemon> GetSyncDaemons() => throw new NotSupportedException();

    public void StartSyncDaemon(SyncDaemon daemon) => throw new NotSupportedException();

    public void StopSyncDaemon(SyncRole role) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
