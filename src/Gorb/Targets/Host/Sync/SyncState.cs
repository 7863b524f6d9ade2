using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs;
using Gorb.Ipvs.Addresses;

namespace Gorb.Targets.Host.Sync;

/// <summary>A role of the connection synchronization on this host.</summary>
/// <param name="Role">The role.</param>
/// <param name="Status">How it is with the role.</param>
/// <param name="Present">The daemon that runs; null for none.</param>
/// <param name="Owned">The ledger's key of that daemon; null when another program started it.</param>
/// <param name="Problem">What is wrong and what to do; null when nothing is.</param>
internal sealed record SyncState(SyncRole Role, SyncStatus Status, SyncDaemon? Present, SyncKey? Owned, string? Problem);

/// <summary>How it is with a role.</summary>
internal enum SyncStatus
{
    /// <summary>Neither wanted nor running.</summary>
    Off,

    /// <summary>It runs as wanted; another program may have started it.</summary>
    Running,

    /// <summary>It is to be started.</summary>
    Stopped,

    /// <summary>Gorb started it with other options, or on a device that no longer exists: it is to be started again.</summary>
    Outdated,

    /// <summary>It cannot be started yet: the device is missing, down or without an address.</summary>
    Waiting,

    /// <summary>Another program runs it with other values; Gorb leaves it alone.</summary>
    Conflict,

    /// <summary>Gorb started it, and it is no longer wanted: it is to be stopped.</summary>
    Leftover,

    /// <summary>Another program runs it, and Gorb is not asked to.</summary>
    Unmanaged,
}

/// <summary>What the synchronization depends on, at one time.</summary>
/// <param name="Daemons">The kernel's daemons.</param>
/// <param name="Link">The wanted device; null when it does not exist.</param>
/// <param name="HasAddress">Whether the device has an IPv4 address, from which the master sends.</param>
internal sealed record SyncHost(IReadOnlyList<SyncDaemon> Daemons, NetworkLink? Link, bool HasAddress)
{
    /// <exception cref="IpvsException">The kernel's IPVS cannot be used.</exception>
    /// <exception cref="AddressException">The kernel does not tell its devices.</exception>
    public static SyncHost Read(IIpvsClient kernel, IAddressClient network, SyncOptions options)
    {
        var link = options.Interface is { } name ? network.FindLink(name) : null;
        var hasAddress = link is not null && network.GetAddresses().Any(held => held.Link == link.Index && held.Address.AddressFamily == AddressFamily.InterNetwork);
        return new SyncHost(kernel.GetSyncDaemons(), link, hasAddress);
    }

    /// <summary>Judges both roles. Pure.</summary>
    public IReadOnlyList<SyncState> Judge(SyncOptions options, SyncLedger ledger) =>
        [Judge(SyncRole.Master, options, ledger), Judge(SyncRole.Backup, options, ledger)];

    private SyncState Judge(SyncRole role, SyncOptions options, SyncLedger ledger)
    {
        var present = Daemons.FirstOrDefault(daemon => daemon.Role == role);
        var owned = present is null ? null : ledger.Find(present);
        var problem = options.Interface is { } name ? FindProblem(name) : null;
        return options.Interface is null ? new SyncState(role, present is null ? SyncStatus.Off : owned is null ? SyncStatus.Unmanaged : SyncStatus.Leftover, present, owned, null)
            : present is null ? new SyncState(role, problem is null ? SyncStatus.Stopped : SyncStatus.Waiting, null, null, problem)
            : !IsWanted(present, options) && owned is null ? new SyncState(role, SyncStatus.Conflict, present, null, Explain(present, options))
            : problem is not null ? new SyncState(role, SyncStatus.Waiting, present, owned, problem)
            : new SyncState(role, IsWanted(present, options) && (owned is null || owned.Value.Link == Link!.Index) ? SyncStatus.Running : SyncStatus.Outdated, present, owned, null);
    }

    private string? FindProblem(string name) => Link is null ? $"there is no network device '{name}' (--sync-interface); the daemons are started as soon as it exists"
        : !Link.IsUp ? $"{name} is down: ip link set {name} up"
        : !HasAddress ? $"{name} has no IPv4 address, from which to send: ip addr add ADDRESS/PREFIX dev {name}"
        : null;

    /// <summary>Whether a daemon is as Gorb would start it: other directors are reached at the kernel's default group and port only.</summary>
    private static bool IsWanted(SyncDaemon daemon, SyncOptions options) => daemon.Interface == options.Interface && daemon.SyncId == options.Id
        && (daemon.Group is null || daemon.Group.Equals(DefaultGroup)) && daemon.Port is 0 or DefaultPort;

    private static string Explain(SyncDaemon daemon, SyncOptions options)
    {
        var role = SyncWords.Of(daemon.Role);
        var group = daemon.Group is null || daemon.Group.Equals(DefaultGroup) ? "" : $", group {daemon.Group}";
        return $"another program runs the {role} on {daemon.Interface} with id {daemon.SyncId}{group}, not on {options.Interface} with id {options.Id}: "
            + $"end that program, then ipvsadm --stop-daemon {role}, or give Gorb its values";
    }

    private const ushort DefaultPort = 8848; // IP_VS_SYNC_PORT of ip_vs_sync.c

    private static readonly IPAddress DefaultGroup = IPAddress.Parse("224.0.0.81"); // IP_VS_SYNC_GROUP
}
