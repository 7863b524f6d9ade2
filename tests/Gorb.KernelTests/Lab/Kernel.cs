namespace Gorb.KernelTests.Lab;

/// <summary>The kernel of the lab.</summary>
internal static class Kernel
{
    /// <summary>True in the 6.12 kernel. The user-mode kernel has nf_tables, but not for IPv4 and IPv6.</summary>
    public static bool HasNftables { get; } = File.ReadAllText("/proc/sys/kernel/osrelease").StartsWith("6.12", StringComparison.Ordinal);
}
