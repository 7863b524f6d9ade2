using System.Net;
using Gorb.Access;
using Gorb.Ipvs.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Gorb.Tests.Attacks;

/// <summary>
/// Lets connections from some loopback addresses look like those of other hosts, so that a test needs no network: 127.1.x.y is 198.18.x.y, 127.2.x.y is 2001:db8:x:y::1, 127.3.x.y is
/// ::ffff:198.18.x.y. All else stays loopback.
/// </summary>
internal sealed class ForeignListeners(IConnectionListenerFactory inner, ISocketOwners owners) : IConnectionListenerFactory
{
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new Listener(await inner.BindAsync(endpoint, cancellationToken), owners);

    private static IPAddress Translate(IPAddress address, byte x, byte y) => address.GetAddressBytes()[1] switch
    {
        1 => new IPAddress([198, 18, x, y]),
        2 => new IPAddress([0x20, 0x01, 0x0d, 0xb8, 0, x, 0, y, 0, 0, 0, 0, 0, 0, 0, 1]),
        3 => new IPAddress([198, 18, x, y]).MapToIPv6(),
        _ => address,
    };

    private sealed class Listener(IConnectionListener inner, ISocketOwners owners) : IConnectionListener
    {
        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            var connection = await inner.AcceptAsync(cancellationToken);
            if (connection is { RemoteEndPoint: IPEndPoint client, LocalEndPoint: IPEndPoint server } && client.Address.GetAddressBytes() is [127, 1 or 2 or 3, var x, var y])
            {
                connection.RemoteEndPoint = new IPEndPoint(Translate(client.Address, x, y), client.Port);
                connection.LocalEndPoint = new IPEndPoint(Translate(client.Address, 255, 254), server.Port);
                connection.Features.Set(LoopbackPeer.Of(connection.RemoteEndPoint, connection.LocalEndPoint, owners));
            }

            return connection;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
