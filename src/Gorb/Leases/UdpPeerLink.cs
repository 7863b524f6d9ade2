using System.Net;
using System.Net.Sockets;
using Gorb.Logging;

namespace Gorb.Leases;

/// <summary>Datagrams between directors by UDP.</summary>
/// <param name="wanted">Where to receive.</param>
/// <param name="members">The members of etcd: without an address, the one from which this host reaches the first that is not itself is used.</param>
/// <param name="logger">The log.</param>
internal sealed partial class UdpPeerLink(PeerAddress wanted, IReadOnlyList<Uri> members, ILogger<UdpPeerLink> logger) : IPeerLink
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = logger;
    private readonly RepeatFilter _repeats = new();
    private volatile Socket? _socket;
    private volatile IPEndPoint? _endPoint;

    public IPEndPoint? EndPoint => _endPoint;

    public async Task RunAsync(Action opened, Func<ReadOnlyMemory<byte>, byte[]?> receive, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                using var socket = await OpenAsync(cancel).ConfigureAwait(false);
                (_socket, _endPoint) = (socket, (IPEndPoint)socket.LocalEndPoint!);
                _repeats.End();
                opened();
                await ReceiveAsync(socket, receive, cancel).ConfigureAwait(false);
            }
            catch (SocketException error)
            {
                if (_repeats.IsNew(error.Message))
                {
                    LogClosed(error.Message);
                }
            }
            finally
            {
                (_socket, _endPoint) = (null, null);
            }

            await Task.Delay(Retry, cancel).ConfigureAwait(false);
        }
    }

    public async Task SendAsync(IPEndPoint to, ReadOnlyMemory<byte> datagram, CancellationToken cancel)
    {
        try
        {
            if (_socket is { } socket)
            {
                await socket.SendToAsync(datagram, SocketFlags.None, to, cancel).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return; // as one that is lost on its way
        }
    }

    private async Task ReceiveAsync(Socket socket, Func<ReadOnlyMemory<byte>, byte[]?> receive, CancellationToken cancel)
    {
        var buffer = new byte[PeerMessage.MaxBytes];
        var any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (true)
        {
            var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, any, cancel).ConfigureAwait(false);
            if (receive(buffer.AsMemory(0, received.ReceivedBytes)) is { } answer)
            {
                await SendAsync((IPEndPoint)received.RemoteEndPoint, answer, cancel).ConfigureAwait(false);
            }
        }
    }

    private async Task<Socket> OpenAsync(CancellationToken cancel)
    {
        var address = wanted.Address ?? await FindAddressAsync(cancel).ConfigureAwait(false);
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(address, wanted.Port));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Returns the address of this host from which it reaches etcd. Nothing is sent.</summary>
    /// <exception cref="SocketException">There is none.</exception>
    private async Task<IPAddress> FindAddressAsync(CancellationToken cancel)
    {
        SocketException? last = null;
        foreach (var member in members)
        {
            try
            {
                foreach (var address in await Dns.GetHostAddressesAsync(member.IdnHost, cancel).ConfigureAwait(false))
                {
                    using var probe = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                    probe.Connect(address, member.Port);
                    if (probe.LocalEndPoint is IPEndPoint { Address: var local } && !IPAddress.IsLoopback(local))
                    {
                        return local;
                    }
                }
            }
            catch (SocketException error)
            {
                last = error;
            }
        }

        throw last ?? new SocketException((int)SocketError.AddressNotAvailable);
    }

    [LoggerMessage(1293, LogLevel.Warning, "Other directors cannot ask this one directly, so that addresses are given up while etcd is away: {Reason}. --peer ADDRESS names the address, --peer none switches it off")]
    private partial void LogClosed(string reason);
}
