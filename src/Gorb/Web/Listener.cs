using System.Net;
using System.Net.Sockets;
using Gorb.Access;
using Gorb.Ipvs.Sockets;
using Gorb.Platform;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Gorb.Web;

/// <summary>Opens the API's listening sockets, or uses those that a service manager has opened. Kestrel's own listener would loop without a pause while the process has no descriptor left.</summary>
internal sealed class ListenerFactory(
    ConnectionLimit limit, UnixListener unix, IReadOnlyList<PassedSocket> passed, IReadOnlyList<TlsEndPoint> tls, ISocketOwners owners, IOptions<SocketTransportOptions> options, TimeProvider time, ILoggerFactory loggers)
    : IConnectionListenerFactory
{
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var transport = options.Value;
        try
        {
            var socket = passed.FirstOrDefault(one => one.EndPoint.Equals(endpoint))?.Socket
                ?? (endpoint is UnixDomainSocketEndPoint path ? unix.Bind(path) : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint));
            socket.Listen(transport.Backlog);
            return ValueTask.FromResult<IConnectionListener>(new Listener(socket, IsTls(endpoint), limit, owners, Connections(transport), time));
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(error.Message, error); // Kestrel explains this exception
        }
        catch (SocketException error) when (endpoint is not IPEndPoint { Address: var address } || !address.Equals(IPAddress.IPv6Any)) // for which Kestrel tries IPv4
        {
            throw new IOException($"cannot listen at {endpoint}: {error.Message}", error); // an address that this host lacks, or a privileged port
        }
    }

    /// <summary>True for an endpoint with https. Where IPv6 is missing, "any address" is that of IPv4.</summary>
    private bool IsTls(EndPoint endpoint) => endpoint is IPEndPoint { Address: var address, Port: var port }
        && tls.Any(one => one.Port == port && (one.Address.Equals(address) || (one.Address.Equals(IPAddress.IPv6Any) && address.Equals(IPAddress.Any))));

    private SocketConnectionContextFactory Connections(SocketTransportOptions transport) => new(
        new SocketConnectionFactoryOptions
        {
            UnsafePreferInlineScheduling = transport.UnsafePreferInlineScheduling,
            WaitForDataBeforeAllocatingBuffer = transport.WaitForDataBeforeAllocatingBuffer,
        },
        loggers.CreateLogger<SocketConnectionContextFactory>());
}

/// <summary>Accepts API connections within their limit.</summary>
internal sealed class Listener : IConnectionListener
{
    private const int TcpUserTimeout = 18; // TCP_USER_TIMEOUT of <linux/tcp.h>

    /// <summary>How long a client may accept none of the sent data before the kernel ends its connection and frees the response's memory.</summary>
    private const int StalledMilliseconds = 30_000;

    /// <summary>The pause before the next attempt when no descriptor is left.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly bool _isTls;
    private readonly ConnectionLimit _limit;
    private readonly ISocketOwners _owners;
    private readonly SocketConnectionContextFactory _connections;
    private readonly TimeProvider _time;

    /// <param name="socket">The listening socket.</param>
    /// <param name="isTls">Whether clients begin with a TLS handshake.</param>
    /// <param name="limit">Limits the connections.</param>
    /// <param name="owners">Knows the users of connections over loopback.</param>
    /// <param name="connections">Creates connections from accepted sockets.</param>
    /// <param name="time">The clock for pauses when no descriptor is left.</param>
    public Listener(Socket socket, bool isTls, ConnectionLimit limit, ISocketOwners owners, SocketConnectionContextFactory connections, TimeProvider time)
    {
        (_socket, _isTls, _limit, _owners, _connections, _time, EndPoint) = (socket, isTls, limit, owners, connections, time, socket.LocalEndPoint!);
        if (socket.AddressFamily != AddressFamily.Unix)
        {
            socket.SetRawSocketOption((int)ProtocolType.Tcp, TcpUserTimeout, BitConverter.GetBytes(StalledMilliseconds)); // accepted sockets inherit it
            socket.NoDelay = true; // also inherited
        }
    }

    public EndPoint EndPoint { get; }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                var connection = await AcceptOneAsync(cancellationToken);
                if (await _limit.EnterAsync(connection) is not { } refused)
                {
                    return connection;
                }

                await refused.EndAsync(connection, _isTls);
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                if (!await _limit.FreeAsync())
                {
                    await Task.Delay(Pause, _time, cancellationToken);
                }
            }
            catch (SocketException)
            {
                // the client disconnected before it was accepted
            }
        }
    }

    private async ValueTask<ConnectionContext> AcceptOneAsync(CancellationToken cancellationToken)
    {
        var socket = await _socket.AcceptAsync(cancellationToken);
        var connection = _connections.Create(socket);
        if (socket.AddressFamily == AddressFamily.Unix)
        {
            connection.Features.Set(PeerCredentials.Of(socket));
        }
        else if (LoopbackPeer.Of(connection.RemoteEndPoint, connection.LocalEndPoint, _owners) is { } peer)
        {
            connection.Features.Set(peer);
        }

        return connection;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => DisposeAsync();

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
