namespace Gorb.Ipvs.Netlink;

/// <summary>The exchange with the kernel broke: what was sent may or may not have happened. Read the table before deciding on it.</summary>
public abstract class NetlinkException(string message) : Exception(message);

/// <summary>A system call on the netlink socket failed, replies were lost (ENOBUFS) or none came in time (EAGAIN).</summary>
public sealed class NetlinkTransportException(string call, Errno errno, string? cause = null)
    : NetlinkException(cause is null ? $"netlink {call}: {errno}" : $"netlink {call}: {errno} ({cause})")
{
    /// <summary>The error number of the failed call.</summary>
    public Errno Errno { get; } = errno;
}

/// <summary>The kernel's reply does not follow the protocol: truncated, malformed, or never of one piece.</summary>
public sealed class NetlinkProtocolException(string message) : NetlinkException(message);
