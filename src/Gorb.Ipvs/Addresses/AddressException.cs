using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Addresses;

/// <summary>The kernel refused to read or change links and addresses. The message names the operation, the errno and the likely cause.</summary>
public sealed class AddressException : Exception
{
    internal AddressException(string operation, KernelError error)
        : this(operation, error.Errno, $"{error.Errno}{Cause(error)}")
    {
    }

    private AddressException(string operation, Errno errno, string reason)
        : base($"{operation}: {reason}")
    {
        Errno = errno;
        Reason = reason;
    }

    /// <summary>The errno and its likely cause, without the operation.</summary>
    public string Reason { get; }

    /// <summary>The kernel's error number.</summary>
    public Errno Errno { get; }

    private static string Cause(KernelError error) => (error.Text ?? Explain(error.Errno)) is { } cause ? $" ({cause})" : "";

    private static string? Explain(Errno errno) => errno switch
    {
        Errno.EPERM => "it needs CAP_NET_ADMIN: run as root or in a container with --cap-add NET_ADMIN",
        Errno.ENODEV => "there is no such device",
        Errno.EOPNOTSUPP => "the kernel has no driver for this kind of device: modprobe it",
        _ => null,
    };
}
