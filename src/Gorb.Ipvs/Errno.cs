namespace Gorb.Ipvs;

/// <summary>Linux error numbers (asm-generic/errno.h) that netlink, IPVS and sockets return. A value without a name here keeps its number.</summary>
public enum Errno
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>Operation not permitted.</summary>
    EPERM = 1,

    /// <summary>No such file or directory: here a missing destination, scheduler or netlink family.</summary>
    ENOENT = 2,

    /// <summary>No such process: here a missing service.</summary>
    ESRCH = 3,

    /// <summary>Interrupted system call.</summary>
    EINTR = 4,

    /// <summary>Bad file descriptor.</summary>
    EBADF = 9,

    /// <summary>Try again: here a receive timeout.</summary>
    EAGAIN = 11,

    /// <summary>Out of memory.</summary>
    ENOMEM = 12,

    /// <summary>Permission denied.</summary>
    EACCES = 13,

    /// <summary>Device or resource busy: here a second dump on one socket.</summary>
    EBUSY = 16,

    /// <summary>File exists: here an existing service or destination.</summary>
    EEXIST = 17,

    /// <summary>Cross-device link: here a packet that fails the reverse path filter.</summary>
    EXDEV = 18,

    /// <summary>No such device.</summary>
    ENODEV = 19,

    /// <summary>Invalid argument.</summary>
    EINVAL = 22,

    /// <summary>The machine's limit of open files is reached.</summary>
    ENFILE = 23,

    /// <summary>The process's limit of open files is reached.</summary>
    EMFILE = 24,

    /// <summary>No space left: on the disk, or for another watch.</summary>
    ENOSPC = 28,

    /// <summary>Numerical result out of range.</summary>
    ERANGE = 34,

    /// <summary>The machine is not on the network: an ICMP error says so.</summary>
    ENONET = 64,

    /// <summary>Protocol error: an ICMP error says that a host on the way cannot interpret the packet.</summary>
    EPROTO = 71,

    /// <summary>The call is to be repeated: here the ruleset has changed since it was read.</summary>
    ERESTART = 85,

    /// <summary>Message too long.</summary>
    EMSGSIZE = 90,

    /// <summary>Protocol not available: a module that is being unloaded, or an ICMP error of a host that does not know the protocol.</summary>
    ENOPROTOOPT = 92,

    /// <summary>Protocol not supported: a kernel without netlink.</summary>
    EPROTONOSUPPORT = 93,

    /// <summary>Operation not supported.</summary>
    EOPNOTSUPP = 95,

    /// <summary>Address family not supported.</summary>
    EAFNOSUPPORT = 97,

    /// <summary>The address and port are in use.</summary>
    EADDRINUSE = 98,

    /// <summary>Cannot assign requested address.</summary>
    EADDRNOTAVAIL = 99,

    /// <summary>Network is down.</summary>
    ENETDOWN = 100,

    /// <summary>Network is unreachable.</summary>
    ENETUNREACH = 101,

    /// <summary>The connection was ended by this machine.</summary>
    ECONNABORTED = 103,

    /// <summary>The connection was ended by the other side.</summary>
    ECONNRESET = 104,

    /// <summary>No buffer space available: the kernel dropped replies.</summary>
    ENOBUFS = 105,

    /// <summary>The other side did not answer.</summary>
    ETIMEDOUT = 110,

    /// <summary>Nothing listens at the port.</summary>
    ECONNREFUSED = 111,

    /// <summary>Host is down.</summary>
    EHOSTDOWN = 112,

    /// <summary>No route to host.</summary>
    EHOSTUNREACH = 113,

    /// <summary>A connect has begun and goes on.</summary>
    EINPROGRESS = 115,
}
