using System.Net;
using Gorb.Ipvs.Interop;

namespace Gorb.Ipvs.Addresses;

/// <summary>Announces to the neighbours on a link that this host has an address. Needs CAP_NET_RAW. Not thread-safe.</summary>
/// <remarks>It belongs to the network namespace of the thread that creates it.</remarks>
public sealed class Announcer : IAnnouncer
{
    private const int EthernetBytes = 6;

    private readonly PacketSocket _socket = PacketSocket.Open();

    /// <inheritdoc/>
    public bool Announce(NetworkLink link, IPAddress address)
    {
        if (!link.UsesArp || !link.IsUp || link.HardwareAddress.GetAddressBytes().Length != EthernetBytes)
        {
            return false;
        }

        _socket.Send(link.Index, Announcement.BuildFrame(address, link.HardwareAddress));
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
