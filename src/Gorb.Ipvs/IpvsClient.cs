namespace Gorb.Ipvs;

/// <summary>Opens the kernel's IPVS.</summary>
public static class IpvsClient
{
    /// <summary>Makes a client for the calling thread's network namespace; the kernel is first spoken to at the first call.</summary>
    public static IIpvsClient Create() => throw new PlatformNotSupportedException();
}
