namespace Gorb.Targets.Host.Masquerade;

/// <summary>
/// The kernel setting by which IPVS enters its connections in connection tracking. Without it, rules of source NAT do not match, and clients of a service with
/// masquerade would get no answer. <see cref="SysctlTarget"/> sets it, if the operator allows that.
/// </summary>
internal sealed class TrackingSetting(SysctlFiles files)
{
    private const string AnyOfIpvs = "net.ipv4.vs.expire_nodest_conn";

    /// <summary>Returns why the kernel does not track, and what to do; null when it does, or when IPVS is not loaded, which its own target tells.</summary>
    public string? FindFault() => files.Read(SysctlRules.Tracking) is { } value
        ? value == "1" ? null : $"it needs {SysctlRules.Tracking}=1, and it is {value}: run sysctl -w {SysctlRules.Tracking}=1 on the host, or let Gorb set it (--sysctl apply)"
        : files.Read(AnyOfIpvs) is null ? null
        : $"it needs {SysctlRules.Tracking}, which this kernel does not have: use a kernel with CONFIG_IP_VS_NFCT, or set masquerade to false";
}
