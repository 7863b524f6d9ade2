namespace Gorb.Ipvs;

/// <summary>
/// Explains error numbers: likely cause and remedy. IPVS sends no text of its own (no extended acknowledgements), and one error number means different
/// things for different commands (net/netfilter/ipvs/ip_vs_ctl.c).
/// </summary>
internal static class ErrnoExplanations
{
    public const string NoFamily = "the kernel has no IPVS: load the module with 'modprobe ip_vs'; "
        + "for a container, on its host, because a container cannot load modules by itself";

    public const string Forbidden = "IPVS needs CAP_NET_ADMIN in the initial user namespace, for reading too: "
        + "run as root or in a container with --cap-add NET_ADMIN; a rootless container or a user namespace of its own cannot have it";

    private const string NotUnicast = "the address is not a unicast address to this kernel; "
        + "in a network namespace whose loopback is down none is: 'ip link set lo up'";

    private const string MixedFamilies = "a destination of another address family than its service must be a tunnel, "
        + "and the kernel has none while a sync daemon runs: 'ipvsadm --stop-daemon master' and 'backup'";

    public static IpvsOperation Operation(IpvsChange change) => change switch
    {
        IpvsChange.AddService => IpvsOperation.AddService,
        IpvsChange.UpdateService => IpvsOperation.UpdateService,
        IpvsChange.RemoveService => IpvsOperation.RemoveService,
        IpvsChange.AddDestination => IpvsOperation.AddDestination,
        IpvsChange.UpdateDestination => IpvsOperation.UpdateDestination,
        _ => IpvsOperation.RemoveDestination,
    };

    /// <summary>The most likely meaning of an error of a change.</summary>
    public static string? Explain(IpvsChange change, Errno errno) => (change, errno) switch
    {
        (IpvsChange.AddService { Settings: var service }, Errno.ENOENT) => ModuleMissing(service),
        (IpvsChange.UpdateService { Settings: var service }, Errno.ENOENT) => ModuleMissing(service),
        (IpvsChange.AddDestination { Settings: var destination }, Errno.EINVAL) when change.Service.Family != destination.Key.Address.AddressFamily => MixedFamilies,
        (IpvsChange.AddDestination, Errno.EINVAL) => NotUnicast,
        _ => Explain(Operation(change), errno),
    };

    /// <summary>The most likely meaning of an error of an operation; null when the number says everything.</summary>
    public static string? Explain(IpvsOperation operation, Errno errno) => (operation, errno) switch
    {
        (IpvsOperation.StopSyncDaemon, Errno.ESRCH) => "it does not run",
        (IpvsOperation.StartSyncDaemon, Errno.EEXIST) => "it runs already",
        (IpvsOperation.StartSyncDaemon, Errno.ENODEV) => "there is no such network interface",
        (IpvsOperation.StartSyncDaemon, Errno.EINVAL) =>
            "the group must be a multicast address, the role master or backup, and no destination may be of another family than its service",
        (IpvsOperation.SetTimeouts, Errno.EINVAL) => "a timeout is longer than the kernel can count",
        (IpvsOperation.AddService, Errno.EEXIST) => "the service is there already",
        (IpvsOperation.AddDestination, Errno.EEXIST) => "the destination is there already",
        (IpvsOperation.UpdateDestination or IpvsOperation.RemoveDestination, Errno.ENOENT) => "the destination is not there",
        (_, Errno.ESRCH) => "the service is not there",
        (_, Errno.EAFNOSUPPORT) => "this kernel was started without that address family",
        (_, Errno.ENOMEM) => "the kernel is out of memory, or could not start its estimator thread",
        (_, Errno.ENOPROTOOPT) => "the ip_vs module is being unloaded",
        (_, Errno.EOPNOTSUPP) => "this kernel does not know the command",
        _ => null,
    };

    private static string ModuleMissing(VirtualService service)
    {
        var scheduler = $"scheduler {service.Scheduler} is not available: load module ip_vs_{service.Scheduler}";
        return service.PersistenceEngine is { } engine
            ? $"{scheduler}; or persistence engine {engine} is not: load module ip_vs_pe_{engine}"
            : scheduler;
    }
}
