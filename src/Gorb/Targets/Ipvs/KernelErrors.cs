using Gorb.Ipvs;
using Gorb.Ipvs.Netlink;
using Gorb.Model;

namespace Gorb.Targets.Ipvs;

/// <summary>Turns the library's errors into the ones a user of the API sees.</summary>
internal static class KernelErrors
{
    public static Exception Translate(Exception error) => error switch
    {
        IpvsUnavailableException or NetlinkException => RequestException.Unavailable(error),
        IpvsException { Cause: { } cause } refused => RequestException.Kernel(refused, $"{cause} [{refused.Target}: {refused.Errno}]"),
        IpvsException refused => RequestException.Kernel(refused, refused.Message),
        StateException lost => RequestException.Unsaved(lost),
        _ => error,
    };
}
