namespace Gorb.Targets.Host;

/// <summary>The kernel settings that tables need (Documentation/networking/ipvs-sysctl.rst and ip-sysctl.rst). What each rule says was tried on real kernels.</summary>
internal static class SysctlRules
{
    public const string ExpireQuiescentTemplate = "net.ipv4.vs.expire_quiescent_template";

    /// <summary>Moves clients from a removed backend.</summary>
    public const string ExpireRemoved = "net.ipv4.vs.expire_nodest_conn";

    /// <summary>Enters the connections of IPVS in connection tracking.</summary>
    public const string Tracking = "net.ipv4.vs.conntrack";

    private const string SyncThreshold = "net.ipv4.vs.sync_threshold";
    private const string Conf4 = "net.ipv4.conf." + SysctlRule.DevicePart + ".";
    private const string All4 = "net.ipv4.conf.all.";
    private const string Forward4 = "net.ipv4.ip_forward";

    /// <summary>Before this version, <c>conn_reuse_mode</c> delays a connection from a reused port by a second.</summary>
    private static readonly Version ReuseWithoutDelay = new(5, 9);

    /// <summary>All rules, in the order in which settings are applied.</summary>
    public static IReadOnlyList<SysctlRule> All { get; } =
    [
        new()
        {
            Setting = ExpireRemoved,
            Value = "1",
            Features = [TableFeature.Ipvs],
            Treatment = SysctlTreatment.AppliedByDefault,
            Reason = "the clients of a removed backend move to another one",
            Loss = "clients of a removed backend that keep their connection, or their UDP port, get no answer until they give up",
        },
        new()
        {
            Setting = ExpireQuiescentTemplate,
            Value = "1",
            Features = [TableFeature.Ipvs],
            Treatment = SysctlTreatment.AppliedByDefault,
            Reason = "persistent clients leave a backend that drains or has weight 0",
            Loss = "persistent clients go on being sent to a backend that drains or has weight 0; one that is down is therefore removed (when_down: auto)",
        },
        new()
        {
            Setting = "net.ipv4.vs.conn_reuse_mode",
            Value = "0",
            Features = [TableFeature.Tcp],
            Kernels = static kernel => kernel < ReuseWithoutDelay,
            Reason = "a connection from a port that the client used shortly before is not delayed, as it is before Linux 5.9",
            Loss = "a connection from a port that the client used shortly before waits a second",
        },
        new()
        {
            Setting = "net.ipv4.vs.conn_reuse_mode",
            Value = "1",
            Features = [TableFeature.Tcp],
            Kernels = static kernel => kernel >= ReuseWithoutDelay,
            Reason = "a connection from a port that the client used before is balanced anew",
            Loss = "a connection from a port that the client used before goes to its earlier backend, even if that one drains or has weight 0",
            IsMet = static read => read("net.ipv4.vs.conn_reuse_mode") is not "0", // its other bits only exempt FTP
        },
        new()
        {
            Setting = Tracking,
            Value = "1",
            Features = [TableFeature.Masquerade],
            Treatment = SysctlTreatment.AppliedByDefault,
            Reason = "masquerade: the packet filter knows the connections of IPVS, and can give their clients an address of this host",
            Loss = "a service with masquerade is refused",
        },
        ForSync("net.ipv4.vs.backup_only", "0", "this host balances although it is also a backup of the connection synchronization", "a host that is a backup of the connection synchronization bypasses IPVS, and every client is refused"),
        ForSync("net.ipv4.vs.sync_refresh_period", "10", "the other directors hear of a connection again every 10 s, so that one which starts later knows it, too", "a director that starts later does not know the connections that are open already"),
        ForSync("net.ipv4.vs.sync_retries", "1", "the other directors hear of each connection twice, so that one lost message costs nothing", "a lost message costs its connections when an address moves"),
        ForSync(SyncThreshold, "0 0", "the other directors hear of a connection with its first packets", "connections with few packets end when an address moves") with
        {
            IsMet = static read => read(SyncThreshold)?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["0", "0"], // the kernel shows a tab
        },
        new()
        {
            Setting = "net.ipv4.vs.sloppy_tcp",
            Value = "1",
            Features = [TableFeature.SharedHash],
            Treatment = SysctlTreatment.AppliedByDefault,
            Reason = "this host goes on with connections of other directors that it has not heard of: mh with mh-port sends them to the same backend",
            Loss = "connections that an address brings along and that are not synchronized yet are reset",
        },
        new()
        {
            Setting = Forward4,
            Value = "1",
            Features = [TableFeature.Nat4],
            Reason = "this host forwards the replies of NAT backends to the clients",
            Loss = "no client of a service with NAT backends gets an answer",
            IsMet = static read => read(Forward4) == "1" || read(Conf4 + "forwarding") == "1",
        },
        new()
        {
            Setting = Conf4 + "forwarding",
            Value = "1",
            Features = [TableFeature.Nat4],
            Reason = "this host forwards the replies of NAT backends that arrive on this device",
            Loss = "no client gets an answer from a NAT backend on this device",
            IsMet = static read => read(Conf4 + "forwarding") == "1" || read(Forward4) == "0", // ip_forward sets it on every device
        },
        new()
        {
            Setting = "net.ipv6.conf." + SysctlRule.DevicePart + ".accept_ra",
            Value = "2",
            Features = [TableFeature.Nat6WithAdvertisedRoute],
            Reason = "this host keeps the default route that it has from router advertisements, which the kernel otherwise ignores once it forwards",
            Loss = "forwarding of IPv6 costs this host its default route",
            IsMet = static read => read("net.ipv6.conf." + SysctlRule.DevicePart + ".accept_ra") is not "1",
        },
        new()
        {
            Setting = "net.ipv6.conf.all.forwarding",
            Value = "1",
            Features = [TableFeature.Nat6],
            Reason = "this host forwards the replies of IPv6 NAT backends to the clients",
            Loss = "no client of a service with IPv6 NAT backends gets an answer",
        },
        .. ForAllAndEach("send_redirects", static setting => new()
        {
            Setting = setting,
            Value = "0",
            Features = [TableFeature.Nat4],
            Reason = "this host does not tell NAT backends of a shorter way to a client, which would go around it",
            Loss = "a backend that follows a redirect sends its replies around this host, and the connection hangs",
        }),
        new()
        {
            Setting = Conf4 + "arp_announce",
            Value = "2",
            Features = [TableFeature.SharedAddress4],
            Reason = "this host asks for a backend's hardware address with its own address, not with the virtual one that the backend has too",
            Loss = "a connection of this host from the virtual address makes it ask for a backend in vain, and new connections of clients to the backend wait for a second",
            IsMet = static read => Max(read, "arp_announce") >= 1,
        },
        new()
        {
            Setting = Conf4 + "accept_local",
            Value = "1",
            Features = [TableFeature.PathCheck4],
            Reason = "checks by path get replies, which come from the virtual address, an address of this host",
            Loss = "checks by path (via: path) find every backend down",
            IsMet = static read => Max(read, "accept_local") >= 1,
        },
        new()
        {
            Setting = Conf4 + "rp_filter",
            Value = "2",
            Features = [TableFeature.PathCheck4],
            Reason = "checks by path get replies, which come from the virtual address, an address of this host",
            Loss = "checks by path (via: path) find every backend down",
            IsMet = static read => Max(read, "rp_filter") != 1, // strict
        },
        .. ForAllAndEach("arp_ignore", static setting => new()
        {
            Setting = setting,
            Value = "0",
            Features = [TableFeature.AddressElsewhere4],
            Treatment = SysctlTreatment.Told,
            Reason = "this host answers ARP requests for a virtual address that is on another device than its network",
            Loss = "this host does not answer ARP requests for the virtual address. Better than changing the setting is to put the address on the device of its network",
            IsMet = read => AnswersForOtherDevices(read(setting)),
        }),
    ];

    /// <summary>Returns the settings that uses of a table need, in the order in which they are applied. Pure.</summary>
    public static IReadOnlyList<SysctlNeed> Find(IReadOnlyCollection<TableUse> uses, Version kernel) =>
        [.. All.Where(rule => rule.Kernels?.Invoke(kernel) != false).SelectMany(rule => Find(rule, uses))];

    private static IEnumerable<SysctlNeed> Find(SysctlRule rule, IReadOnlyCollection<TableUse> uses)
    {
        var devices = uses.Where(use => rule.Features.Contains(use.Feature)).Select(static use => use.Device).Distinct().Order(StringComparer.Ordinal).ToList();
        return devices.Count == 0 ? []
            : IsOfDevice(rule) ? devices.OfType<string>().Select(device => new SysctlNeed(rule, device, [device]))
            : [new SysctlNeed(rule, null, devices)];
    }

    private static SysctlRule ForSync(string setting, string value, string reason, string loss) => new()
    {
        Setting = setting,
        Value = value,
        Features = [TableFeature.Sync],
        Treatment = SysctlTreatment.AppliedByDefault,
        Reason = reason,
        Loss = loss,
    };

    /// <summary>The same rule for the setting of all devices and for that of each device: both are in force.</summary>
    private static SysctlRule[] ForAllAndEach(string setting, Func<string, SysctlRule> rule) => [rule(All4 + setting), rule(Conf4 + setting)];

    /// <summary>True for a setting of each device.</summary>
    private static bool IsOfDevice(SysctlRule rule) => rule.Setting.Contains(SysctlRule.DevicePart, StringComparison.Ordinal);

    /// <summary>The value in force of a setting of which the kernel takes the larger one, the device's or that of "all".</summary>
    private static int Max(Func<string, string?> read, string setting) => Math.Max(Number(read(All4 + setting)), Number(read(Conf4 + setting)));

    private static int Number(string? value) => int.TryParse(value, out var number) ? number : 0;

    /// <summary>0 answers for every address of the host, 3 for every address of global scope; the other values only for addresses of the device, or for none.</summary>
    private static bool AnswersForOtherDevices(string? arpIgnore) => arpIgnore is null or "0" or "3";
}
