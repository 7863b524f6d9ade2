using Gorb.Ipvs.Addresses;

namespace Gorb.Targets.Host.Addresses;

/// <summary>How the daemon reaches the links and addresses of its network namespace. Tests replace it.</summary>
/// <param name="Connect">Makes a client.</param>
/// <param name="Listen">Opens a monitor.</param>
/// <param name="OpenAnnouncer">Opens an announcer, which fails without the privilege.</param>
/// <param name="Boot">Identifies the running kernel; read when the first address is added.</param>
internal sealed record HostNetwork(Func<IAddressClient> Connect, Func<IAddressMonitor> Listen, Func<IAnnouncer> OpenAnnouncer, Lazy<string> Boot)
{
    private const string BootFile = "/proc/sys/kernel/random/boot_id";

    /// <summary>This host's network.</summary>
    public static HostNetwork Open() => new(AddressClient.Create, AddressMonitor.Open, static () => new Announcer(), new(ReadBoot));

    /// <summary>Reads the kernel's id of this boot. Where /proc hides it, every boot counts as the same one.</summary>
    private static string ReadBoot()
    {
        try
        {
            return File.ReadAllText(BootFile).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "unknown";
        }
    }
}
