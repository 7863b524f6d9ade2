using System.Globalization;

namespace Gorb.Doctor.Causes;

/// <summary>Causes in what the process may do.</summary>
internal static class ProcessCauses
{
    /// <summary>Descriptors for the API's connections, the state file and netlink, beside those of checks.</summary>
    private const int ReservedFiles = 1024;

    public static IReadOnlyList<Cause> All { get; } =
    [
        new("no-net-admin", Severity.Error, "Every write is answered with 503 and EPERM.",
            "Without the capability NET_ADMIN the kernel refuses all changes of its IPVS table, and does not show it either.",
            "Run Gorb as root, give the program the capability, or start the container with --cap-add NET_ADMIN.",
            static host => host.Process.IsNetAdmin ? [] : [Capability(host, "NET_ADMIN")]),
        new("no-net-raw", Severity.Warning, "Checks of type ping fail; after a failover clients keep the old ARP entry.",
            "Without the capability NET_RAW there are no pings, no announcements of addresses, and no probes of the doctor.",
            "Run Gorb as root, give the program the capability, or start the container with --cap-add NET_RAW.",
            static host => host.Process.IsNetRaw ? [] : [Capability(host, "NET_RAW")]),
        new("own-namespace", Severity.Note, "Services are there, but no client ever arrives.",
            "IPVS belongs to a network namespace. Packets of the host's devices do not pass this one, unless it was made to be a director.",
            "Run the container with --network host, or Gorb outside of \"ip netns exec\".",
            static host => host.Process.IsInHostNamespace ? [] : [new Sighting("this network namespace is not the host's own")]),
        new("settings-read-only", Severity.Note, "Gorb says that it cannot set a sysctl.",
            "/proc/sys is mounted read-only, as in most containers: settings can only be changed from the host.",
            "Set sysctls on the host, or start the container with --privileged or with --sysctl.",
            static host => host.Process.HasReadOnlySettings ? [new Sighting("/proc/sys is read-only", "mount -o remount,rw,bind /proc/sys")] : []),
        new("file-limit", Severity.Warning, "Checks are late, and API clients are refused.",
            "Each check and each client of the API takes a file descriptor while it lasts.",
            "Raise the limit of open files (LimitNOFILE of systemd, docker run --ulimit nofile=).",
            FindFileLimit),
    ];

    private static Sighting Capability(HostView host, string name) => new(
        string.Create(CultureInfo.InvariantCulture, $"process {host.Process.Id} does not have the capability {name}"),
        $"setcap cap_net_admin,cap_net_raw+ep {host.Process.Program}");

    private static IEnumerable<Sighting> FindFileLimit(HostView host)
    {
        var needed = ReservedFiles + host.Backends().Count();
        return host.Process.Files >= needed ? [] :
        [
            new Sighting(
                string.Create(CultureInfo.InvariantCulture, $"process {host.Process.Id} may open {host.Process.Files} files, and {needed} may be needed"),
                string.Create(CultureInfo.InvariantCulture, $"prlimit --pid {host.Process.Id} --nofile={Math.Max(65536, needed)}:{Math.Max(65536, needed)}")),
        ];
    }
}
