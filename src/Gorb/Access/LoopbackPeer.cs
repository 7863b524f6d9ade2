using System.Net;
using Gorb.Ipvs.Sockets;

namespace Gorb.Access;

/// <summary>The client of a connection between loopback addresses. Its user is looked up when a request first asks, and kept for the connection.</summary>
/// <param name="client">The client's address and port.</param>
/// <param name="server">The daemon's address and port.</param>
/// <param name="owners">Knows who holds a socket.</param>
internal sealed class LoopbackPeer(IPEndPoint client, IPEndPoint server, ISocketOwners owners)
{
    private readonly Lazy<LocalUser> _user = new(() => LocalUser.Find(owners, client, server));

    public LocalUser User => _user.Value;

    /// <returns>Null for a connection that has another end than loopback. A packet filter can send foreign connections to a loopback address, but not from one.</returns>
    public static LoopbackPeer? Of(EndPoint? client, EndPoint? server, ISocketOwners owners) =>
        client is IPEndPoint from && server is IPEndPoint to && IsLoopback(from.Address) && IsLoopback(to.Address) ? new LoopbackPeer(from, to, owners) : null;

    private static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
