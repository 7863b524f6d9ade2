using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Conntrack;

/// <summary>The kernel refused to read or change its connection tracking table. The message names the operation, the errno and the likely cause.</summary>
public sealed class ConntrackException : Exception
{
    internal ConntrackException(string operation, KernelError error)
        : base($"conntrack {operation}: {error.Errno}{Cause(error)}") => Errno = error.Errno;

    /// <summary>The kernel's error number.</summary>
    public Errno Errno { get; }

    private static string Cause(KernelError error) => (error.Text ?? Explain(error.Errno)) is { } cause ? $" ({cause})" : "";

    private static string? Explain(Errno errno) => errno switch
    {
        Errno.EPERM or Errno.EACCES => "it needs CAP_NET_ADMIN: run as root or in a container with --cap-add NET_ADMIN",
        Errno.EBUSY => "the flow is in a flowtable, past connection tracking",
        _ => null,
    };
}
