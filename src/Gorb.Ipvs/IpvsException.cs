namespace Gorb.Ipvs;

/// <summary>The kernel's refusal of one operation. The message names operation, target, errno and the likely cause.</summary>
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

    /// <summary>What was asked.</summary>
    public IpvsOperation Operation { get; }

    /// <summary>The object it was asked of, such as <c>tcp/10.0.0.1:80</c> or <c>tcp/10.0.0.1:80 10.0.0.5:80</c>.</summary>
    public string Target { get; }

    /// <summary>The kernel's error number.</summary>
    public Errno Errno { get; }

    /// <summary>The likely cause and the remedy, in words; null when there is nothing to add to the error number.</summary>
    public string? Cause { get; }

    /// <summary>The service or destination that was to be changed or read is not there.</summary>
    /// <remarks>ip_vs_ctl.c answers ESRCH for a missing service, and ENOENT both for a missing destination and for an unknown scheduler.</remarks>
    public bool IsNotFound => IsServiceMissing
        || (Errno == Errno.ENOENT && Operation is IpvsOperation.UpdateDestination or IpvsOperation.RemoveDestination);

    /// <summary>The virtual service is not there, whether it was itself the target or the owner of a destination.</summary>
    public bool IsServiceMissing => Errno == Errno.ESRCH;

    /// <summary>The service, destination or daemon that was to be created is there already.</summary>
    public bool IsConflict => Errno == Errno.EEXIST;

    /// <summary>CAP_NET_ADMIN in the initial user namespace is lacking. Reads need it too.</summary>
    public bool IsForbidden => Errno is Errno.EPERM or Errno.EACCES;

    /// <summary>The scheduler (or the persistence engine) is neither built in nor could its module be loaded.</summary>
    public bool IsSchedulerMissing => Errno == Errno.ENOENT && Operation is IpvsOperation.AddService or IpvsOperation.UpdateService;
}

/// <summary>IPVS cannot be reached at all: the kernel lacks the ip_vs module, or this process lacks the privilege.</summary>
public sealed class IpvsUnavailableException : IpvsException
{
    internal IpvsUnavailableException(IpvsOperation operation, string target, Errno errno, string cause)
        : base(operation, target, errno, cause)
    {
    }
}
