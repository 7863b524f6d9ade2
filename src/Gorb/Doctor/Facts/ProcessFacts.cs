namespace Gorb.Doctor.Facts;

/// <summary>What a process may do.</summary>
internal sealed record ProcessFacts
{
    private const int NetAdminBit = 12, NetRawBit = 13; // CAP_NET_ADMIN, CAP_NET_RAW of linux/capability.h

    /// <summary>Its number.</summary>
    public int Id { get; init; } = Environment.ProcessId;

    /// <summary>The program's file.</summary>
    public string Program { get; init; } = "/usr/local/bin/gorb";

    /// <summary>The effective capabilities, a bit for each.</summary>
    public ulong Capabilities { get; init; } = ulong.MaxValue;

    /// <summary>The limit of open files.</summary>
    public long Files { get; init; } = 1_000_000;

    /// <summary>True when the network namespace is the host's own, not a container's or another made one.</summary>
    public bool IsInHostNamespace { get; init; } = true;

    /// <summary>True when /proc/sys cannot be written (in most containers).</summary>
    public bool HasReadOnlySettings { get; init; }

    public bool IsNetAdmin => Has(NetAdminBit);

    public bool IsNetRaw => Has(NetRawBit);

    private bool Has(int bit) => (Capabilities >> bit & 1) != 0;
}
