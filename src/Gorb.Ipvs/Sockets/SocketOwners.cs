using System.Net;
using Gorb.Ipvs.Interop;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Sockets;

/// <summary>
/// Asks the kernel who holds a socket: by one exact request (sock_diag(7)), or from /proc/net/tcp and tcp6 where the kernel lacks the module tcp_diag. It works in the network
/// namespace of the process, needs no privilege, and is thread-safe.
/// </summary>
public sealed class SocketOwners : ISocketOwners, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Func<INetlinkSocket> _open;
    private readonly SocketFiles _files;
    private SocketQuery? _query; // its buffers are allocated for the first question

    /// <summary>True once the kernel has described a socket, so that "not found" does not mean that it cannot.</summary>
    private bool _hasDescribed;

    internal SocketOwners(Func<INetlinkSocket> open, SocketFiles files) => (_open, _files) = (open, files);

    /// <summary>Asks the running kernel.</summary>
    public static SocketOwners Create() => new(KernelSocket.OpenSocketDiagnostics, new SocketFiles());

    /// <inheritdoc/>
    public uint? Find(IPEndPoint local, IPEndPoint remote)
    {
        var (from, to) = (Unmapped(local), Unmapped(remote));
        if (!TryAsk(from, to, out var found, out var failure))
        {
            found = ReadFiles(from, to, failure);
        }

        return found is { IsHeld: true } ? found.User : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _query?.Dispose();
            _query = null;
        }
    }

    /// <returns>False when the answer says nothing: the kernel refused, or has never described a socket and may lack the module.</returns>
    private bool TryAsk(IPEndPoint local, IPEndPoint remote, out SocketDescription? found, out Exception? failure)
    {
        (found, failure) = (null, null);
        lock (_lock)
        {
            try
            {
                _query ??= new SocketQuery(_open);
                found = _query.Find(local, remote, out var error);
                _hasDescribed |= found is not null;
                failure = error is { } refusal ? new IOException($"sock_diag: {refusal.Errno} (the module tcp_diag is needed)") : null;
                return found is not null || (_hasDescribed && error is null);
            }
            catch (NetlinkException error)
            {
                failure = error;
                return false;
            }
        }
    }

    private SocketDescription? ReadFiles(IPEndPoint local, IPEndPoint remote, Exception? failure)
    {
        try
        {
            return _files.Find(local, remote);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new SocketOwnerException(failure is null ? error.Message : $"{failure.Message}; {error.Message}", error);
        }
    }

    /// <summary>The form in which the kernel compares addresses: a connection over IPv4 has IPv4 addresses, whatever the family of its sockets.</summary>
    private static IPEndPoint Unmapped(IPEndPoint endpoint) => endpoint.Address.IsIPv4MappedToIPv6 ? new(endpoint.Address.MapToIPv4(), endpoint.Port) : endpoint;
}
