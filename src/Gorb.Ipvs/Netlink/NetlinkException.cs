namespace Gorb.Ipvs.Netlink;

/// <summary>The exchange with the kernel broke: the request may or may not have been carried out. Read the table to find out.</summary>
public abstract class NetlinkException(string message) : Exception(message);

/// <summary>A system call on the netlink socket failed, replies were lost (ENOBUFS) or none came in time (EAGAIN).</summary>
public sealed class NetlinkTransportException(string call, Errno errno, string? cause = null)
    : NetlinkException(cause is null ? $"netlink {call}: {errno}" : $"netlink {call}: {errno} ({cause})")
{
    /// <summary>The error number of the failed call.</summary>
    public Errno Errno { get; } = errno;
}

/// <summary>The kernel's reply does not follow the protocol: it is truncated, malformed, or an interrupted dump each time.</summary>
public sealed class NetlinkProtocolException(string message) : NetlinkException(message);
