using System.Net.Sockets;
using Gorb.Access;
using Gorb.Ipvs.Files;
using Gorb.Platform;

namespace Gorb.Web;

/// <summary>
/// Binds the API's Unix socket. Only the daemon's user and the group <c>gorb</c> may connect. The file of a daemon that has ended without removing it is replaced; the socket of
/// a running one is not.
/// </summary>
internal sealed partial class UnixListener(ILogger<UnixListener> logger)
{
    /// <summary>Permissions of the socket: connecting needs the write permission.</summary>
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>Permissions of the folder, when it is missing: everyone may look, and only the owner may put another socket in the place.</summary>
    public const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly ILogger _logger = logger;

    /// <summary>Binds a socket; the caller lets it listen. No client can connect before that, so the permissions of the file are never too wide.</summary>
    /// <exception cref="IOException">The path is taken, or may not be written.</exception>
    public Socket Bind(UnixDomainSocketEndPoint endpoint)
    {
        var path = endpoint.ToString();
        Socket? socket = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, FolderMode);
            RemoveStale(endpoint, path);
            socket = Create();
            socket.Bind(endpoint);
            File.SetUnixFileMode(path, Mode);
            SetGroup(path);
            return socket;
        }
        catch (Exception error) when (error is SocketException or IOException or UnauthorizedAccessException)
        {
            socket?.Dispose();
            throw new IOException($"cannot listen at unix:{path}: {error.Message}", error);
        }
    }

    private static Socket Create() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <summary>Removes the socket file of a daemon that is gone.</summary>
    /// <exception cref="IOException">A program listens at the path, or it is not a socket.</exception>
    private static void RemoveStale(UnixDomainSocketEndPoint endpoint, string path)
    {
        if (FileStatus.OfLink(path) is not { } status)
        {
            return;
        }

        if (!status.IsSocket)
        {
            throw new IOException("a file that is not a socket is there");
        }

        using var probe = Create();
        probe.Blocking = false; // a full queue of a running daemon answers "try again" instead of waiting
        try
        {
            probe.Connect(endpoint);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.WouldBlock or SocketError.TryAgain)
        {
            throw new IOException("a running program listens there", error);
        }

        var owner = PeerCredentials.Of(probe);
        throw new IOException($"a running program listens there ({(owner.Process == 0 ? "in another container" : $"process {owner.Process}")}, {owner.Actor})");
    }

    private void SetGroup(string path)
    {
        if (SystemNames.GroupId(LocalUser.Group) is not { } group)
        {
            return;
        }

        try
        {
            FileOwner.SetGroup(path, group);
        }
        catch (IOException error) // a daemon that is neither root nor in the group; its own user can connect
        {
            LogNoGroup(path, LocalUser.Group, error.Message);
        }
    }

    [LoggerMessage(3003, LogLevel.Warning, "The socket {Path} cannot be given to the group {Group}, so members of the group cannot use the API: {Reason}")]
    private partial void LogNoGroup(string path, string group, string reason);
}
