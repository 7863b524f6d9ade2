using Gorb.Ipvs;

namespace Gorb.KernelTests.Lab;

/// <summary>The kernel of the lab.</summary>
internal static class Kernel
{
    /// <summary>The kernel's version.</summary>
    public static Version Version { get; } = Version.Parse(File.ReadAllText("/proc/sys/kernel/osrelease").Split('-', '+')[0]);

    /// <summary>Removes everything from the IPVS table. Starting ipvsadm for it, before and after each test, takes a minute of all tests on an emulated kernel.</summary>
    public static void ClearTable()
    {
        using var client = IpvsClient.Create();
        client.Flush();
    }
}
