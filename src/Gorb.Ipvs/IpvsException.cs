namespace Gorb.Ipvs;

/// <summary>The kernel refused one operation. The message names the operation, the target, the errno and the likely cause.</summary>
public class IpvsException : Exception
{
    internal IpvsException(IpvsOperation operation, string target, Errno errno, string? cause)
        : base(cause is null ? $"ipvs {operation.Name()} {target}: {errno}" : $"ipvs {operation.Name()} {target}: {errno} ({cause})")
    {
        Operation = operation;
        Target = target;
        Errno = errno;
        Cause = cause;
    }

    /// <summary>The refused operation.</summary>
    public IpvsOperation Operation { get; }

    /// <summary>The object of the operation, such as <c>tcp/10.0.0.1:80</c> or <c>tcp/10.0.0.1:80 10.0.0.5:80</c>.</summary>
    public string Target { get; }

    /// <summary>The kernel's error number.</summary>
    public Errno Errno { get; }

    /// <summary>The likely cause and the remedy; null when the error number says everything.</summary>
    public string? Cause { get; }

    /// <summary>True when the service or destination to change or read is missing.</summary>
    /// <remarks>ip_vs_ctl.c answers ESRCH for a missing service, and ENOENT both for a missing destination and for an unknown scheduler.</remarks>
    public bool IsNotFound => IsServiceMissing
        || (Errno == Errno.ENOENT && Operation is IpvsOperation.UpdateDestination or IpvsOperation.RemoveDestination);

    /// <summary>True when the virtual service is missing, be it the target itself or the owner of the destination.</summary>
    public bool IsServiceMissing => Errno == Errno.ESRCH;

    /// <summary>True when the service, destination or daemon to create exists already.</summary>
    public bool IsConflict => Errno == Errno.EEXIST;

    /// <summary>True when the process lacks CAP_NET_ADMIN in the initial user namespace. Reading needs it too.</summary>
    public bool IsForbidden => Errno is Errno.EPERM or Errno.EACCES;

    /// <summary>True when the scheduler or the persistence engine is neither built in nor loadable as a module.</summary>
    public bool IsSchedulerMissing => Errno == Errno.ENOENT && Operation is IpvsOperation.AddService or IpvsOperation.UpdateService;
}

/// <summary>IPVS cannot be reached at all: the kernel lacks the ip_vs module, or the process lacks the privilege.</summary>
public sealed class IpvsUnavailableException : IpvsException
{
    internal IpvsUnavailableException(IpvsOperation operation, string target, Errno errno, string cause)
        : base(operation, target, errno, cause)
    {
    }
}
