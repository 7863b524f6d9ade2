using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs.Files;
using Gorb.Model;

namespace Gorb.Platform;

/// <summary>
/// Listening sockets that a service manager has opened for the daemon (systemd.socket(5), sd_listen_fds(3)). They are there before the daemon is and outlive its restarts, and a port
/// below 1024 or a socket in another user's folder needs no right of the daemon.
/// </summary>
internal static class PassedSockets
{
    private const int FirstDescriptor = 3; // SD_LISTEN_FDS_START

    private const string Process = "LISTEN_PID";
    private const string Count = "LISTEN_FDS";
    private const string Names = "LISTEN_FDNAMES";

    private const int MaxCount = 64;

    /// <summary>Takes the sockets of this process, and removes the variables that announce them, so that programs which it starts do not believe that they are meant.</summary>
    /// <exception cref="SettingException">A descriptor is not a listening socket.</exception>
    public static IReadOnlyList<PassedSocket> Take()
    {
        var taken = Take(Environment.GetEnvironmentVariable, Environment.ProcessId, FirstDescriptor);
        foreach (var variable in (string[])[Process, Count, Names])
        {
            Environment.SetEnvironmentVariable(variable, null);
        }

        return taken;
    }

    /// <param name="read">Reads a variable of the environment.</param>
    /// <param name="process">The id of this process. Sockets for another one are not taken.</param>
    /// <param name="first">The first descriptor.</param>
    internal static IReadOnlyList<PassedSocket> Take(Func<string, string?> read, int process, int first)
    {
        if (read(Process) != process.ToString(CultureInfo.InvariantCulture))
        {
            return [];
        }

        if (!int.TryParse(read(Count), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > MaxCount)
        {
            throw new SettingException($"{Count} '{read(Count)}' in the environment is not a number of sockets up to {MaxCount}; systemd sets it for a socket unit");
        }

        var names = read(Names)?.Split(':') ?? [];
        return [.. Enumerable.Range(0, count).Select(index => Open(first + index, names.ElementAtOrDefault(index) ?? ""))];
    }

    private static PassedSocket Open(int descriptor, string name)
    {
        var what = $"descriptor {descriptor}{(name.Length > 0 ? $" ({name})" : "")} of the service manager ({Count})";
        var handle = new SafeSocketHandle(descriptor, ownsHandle: true);
        try
        {
            var socket = new Socket(handle);
            if (socket is { SocketType: SocketType.Stream, LocalEndPoint: IPEndPoint or UnixDomainSocketEndPoint } && IsListening(socket))
            {
                FileHandles.CloseOnExec(handle);
                return new PassedSocket(name, socket.LocalEndPoint!, socket);
            }
        }
        catch (SocketException error)
        {
            handle.SetHandleAsInvalid();
            throw new SettingException($"{what} cannot be used: {error.Message}", error);
        }

        handle.SetHandleAsInvalid(); // whatever it is, it is not this object's to close
        throw new SettingException($"{what} is not a listening TCP or Unix socket: a socket unit needs ListenStream= and Accept=no");
    }

    private static bool IsListening(Socket socket) => socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is not 0;
}

/// <summary>A listening socket that was passed to the daemon.</summary>
/// <param name="Name">Its name (FileDescriptorName= of the socket unit); empty without one.</param>
/// <param name="EndPoint">Where it listens.</param>
/// <param name="Socket">The socket.</param>
internal sealed record PassedSocket(string Name, EndPoint EndPoint, Socket Socket)
{
    /// <summary>The name of a socket that serves metrics and health only.</summary>
    public const string Metrics = "metrics";
}
