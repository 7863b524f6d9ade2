using System.Net.Sockets;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Filters;
using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Routes;

namespace Gorb.Doctor.Facts;

/// <summary>Keeps a list of the facts that could not be read, so that one of them does not hide the others.</summary>
internal static class Unread
{
    /// <summary>Reads a fact; if that fails, adds the reason to the list, once.</summary>
    /// <param name="unread">The list.</param>
    /// <param name="what">The fact, for a reader.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="otherwise">What to return if it cannot be read.</param>
    public static T Try<T>(List<string> unread, string what, Func<T> read, T otherwise)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is NetlinkException or AddressException or RouteException or FilterException or SocketException or IOException or UnauthorizedAccessException)
        {
            var reason = $"{what}: {error.Message}";
            if (!unread.Contains(reason))
            {
                unread.Add(reason);
            }

            return otherwise;
        }
    }
}
