using System.Text;
using Gorb.Ipvs;
using Gorb.Ipvs.Wire;

namespace Gorb.Tests.Shared;

/// <summary>The sync daemons of the fake kernel. Can be used on any thread.</summary>
internal sealed class FakeDaemons
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<uint, Dictionary<ushort, byte[]>> _daemons = [];

    /// <summary>The attributes of each.</summary>
    public IReadOnlyList<Dictionary<ushort, byte[]>> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _daemons.Values];
            }
        }
    }

    /// <summary>The daemons as "master eth1 7".</summary>
    public IReadOnlyList<string> Shown => [.. All.Select(static daemon =>
        $"{(SyncRole)BitConverter.ToUInt32(daemon[(ushort)DaemonAttribute.State])} {Encoding.ASCII.GetString(daemon[(ushort)DaemonAttribute.Interface]).TrimEnd('\0')} {BitConverter.ToUInt32(daemon[(ushort)DaemonAttribute.SyncId])}")];

    /// <summary>Starts or stops one, as the kernel does.</summary>
    public Errno Execute(FakeRequest request)
    {
        var daemon = request.Nest(CommandAttribute.Daemon)!;
        var role = BitConverter.ToUInt32(daemon[(ushort)DaemonAttribute.State]);
        lock (_lock)
        {
            return request.IpvsCommand == IpvsCommand.NewDaemon
                ? _daemons.TryAdd(role, daemon) ? Errno.None : Errno.EEXIST
                : _daemons.Remove(role) ? Errno.None : Errno.ESRCH;
        }
    }
}
