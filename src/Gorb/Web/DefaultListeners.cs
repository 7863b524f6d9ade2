using System.Net;
using System.Net.Sockets;

namespace Gorb.Web;

/// <summary>Chooses the default listeners that this host and this user can have. Listeners that the user names are never left out.</summary>
internal static class DefaultListeners
{
    /// <summary>Leaves out IPv6 on a host without it, and the socket where the daemon may not create one.</summary>
    public static IReadOnlyList<EndPoint> Choose(IReadOnlyList<EndPoint> all) => [.. all.Where(static endpoint => endpoint switch
    {
        UnixDomainSocketEndPoint => CanCreateIn(Path.GetDirectoryName(endpoint.ToString())!),
        IPEndPoint { AddressFamily: AddressFamily.InterNetworkV6 } v6 => HostName.CanBind(v6.Address),
        _ => true,
    })];

    private static bool CanCreateIn(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder, UnixListener.FolderMode);
            File.OpenHandle(Path.Combine(folder, $".gorb-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, options: FileOptions.DeleteOnClose).Dispose();
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) // not root, or a read-only file system
        {
            return false;
        }
    }
}
