using Gorb.Ipvs;

namespace Gorb.KernelTests.Lab;

/// <summary>The kernel of the lab.</summary>
internal static class Kernel
{
    /// <summary>True in the 6.12 kernel. The user-mode kernel has nf_tables, but not for IPv4 and IPv6.</summary>
    public static bool HasNftables { get; } = File.ReadAllText("/proc/sys/kernel/osrelease").StartsWith("6.12", StringComparison.Ordinal);

    /// <summary>Removes everything from the IPVS table. Starting ipvsadm for it, before and after each test, takes a minute of all tests on an emulated kernel.</summary>
    public static void ClearTable()
    {
        using var client = IpvsClient.Create();
        client.Flush();
    }
}
