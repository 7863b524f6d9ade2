using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Wire;

namespace Gorb.Ipvs;

/// <summary>The client over generic netlink: describes each operation to <see cref="IpvsConnection"/>.</summary>
internal sealed class KernelIpvsClient(NetlinkConnection connection) : IIpvsClient
{
    private const string WholeTable = "table";

    /// <summary>Up to this many entries, comparing each pair costs less than a set. A table of a thousand services has a thousand such lists.</summary>
    private const int FewEntries = 16;

    private readonly IpvsConnection _kernel = new(connection);

    public IReadOnlyList<ChangeResult> Apply(IReadOnlyList<IpvsChange> changes) => new ChangeBatch(_kernel, changes).Run();

    public IReadOnlyList<VirtualServiceEntry> GetServices() => Distinct(
        _kernel.Dump(IpvsOperation.GetServices, WholeTable, IpvsCommand.GetService, static (ref writer) => { }, ServiceCodec.Read),
        static entry => entry.Service.Key);

    public VirtualServiceEntry? FindService(ServiceKey service)
    {
        try
        {
            return _kernel.Get(IpvsOperation.GetServices, service, IpvsCommand.GetService,
                (ref writer) => ServiceCodec.WriteKey(ref writer, service), ServiceCodec.Read);
        }
        catch (IpvsException missing) when (missing.IsServiceMissing)
        {
            return null;
        }
    }

    public IReadOnlyList<DestinationEntry> GetDestinations(ServiceKey service) => Distinct(
        _kernel.Dump(IpvsOperation.GetDestinations, service, IpvsCommand.GetDestination,
            (ref writer) => ServiceCodec.WriteKey(ref writer, service), body => DestinationCodec.Read(body, service.Family)),
        static entry => entry.Destination.Key);

    public IReadOnlyList<TableEntry> GetTable() =>
        [.. GetServices().Select(entry => new TableEntry(entry, GetDestinations(entry.Service.Key)))];

    public IpvsInfo GetInfo() =>
        _kernel.Get(IpvsOperation.GetInfo, "kernel", IpvsCommand.GetInfo, static (ref writer) => { }, SettingsCodec.ReadInfo);

    public IpvsTimeouts GetTimeouts() =>
        _kernel.Get(IpvsOperation.GetTimeouts, "timeouts", IpvsCommand.GetConfig, static (ref writer) => { }, SettingsCodec.ReadTimeouts);

    public void SetTimeouts(IpvsTimeouts timeouts) =>
        _kernel.Change(IpvsOperation.SetTimeouts, "timeouts", IpvsCommand.SetConfig, (ref writer) => SettingsCodec.WriteTimeouts(ref writer, timeouts));

    public void Zero(ServiceKey? service = null) =>
        _kernel.Change(IpvsOperation.Zero, service?.ToString() ?? WholeTable, IpvsCommand.Zero, (ref writer) =>
        {
            if (service is { } key)
            {
                ServiceCodec.WriteKey(ref writer, key);
            }
        });

    public void Flush() => _kernel.Change(IpvsOperation.Flush, WholeTable, IpvsCommand.Flush, static (ref writer) => { });

    public IReadOnlyList<SyncDaemon> GetSyncDaemons() =>
        _kernel.Dump(IpvsOperation.GetSyncDaemons, "sync daemons", IpvsCommand.GetDaemon, static (ref writer) => { }, DaemonCodec.Read);

    public void StartSyncDaemon(SyncDaemon daemon) =>
        _kernel.Change(IpvsOperation.StartSyncDaemon, $"{daemon.Role} on {daemon.Interface}", IpvsCommand.NewDaemon,
            (ref writer) => DaemonCodec.Write(ref writer, daemon));

    public void StopSyncDaemon(SyncRole role) =>
        _kernel.Change(IpvsOperation.StopSyncDaemon, role.ToString(), IpvsCommand.DeleteDaemon, (ref writer) => DaemonCodec.WriteRole(ref writer, role));

    public void Dispose() => connection.Dispose();

    /// <summary>Removes repeated entries. A dump continues by position, so changes by other processes meanwhile can repeat an entry.</summary>
    private static List<T> Distinct<TKey, T>(List<T> entries, Func<T, TKey> key) where TKey : struct, IEquatable<TKey>
    {
        if (entries.Count > FewEntries || HasDuplicates(entries, key))
        {
            var seen = new HashSet<TKey>(entries.Count);
            entries.RemoveAll(entry => !seen.Add(key(entry)));
        }

        return entries;
    }

    private static bool HasDuplicates<TKey, T>(List<T> entries, Func<T, TKey> key) where TKey : struct, IEquatable<TKey>
    {
        for (var i = 1; i < entries.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (key(entries[i]).Equals(key(entries[j])))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
