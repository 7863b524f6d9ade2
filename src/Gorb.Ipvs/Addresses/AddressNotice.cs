using System.Net;
using System.Runtime.InteropServices;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Addresses;

/// <summary>What changed in the links and addresses of a network namespace.</summary>
public sealed record AddressNotice
{
    /// <summary>The links that changed, in order: several entries when a link changed several times. A removed link is not up.</summary>
    public IReadOnlyList<NetworkLink> Links { get; init; } = [];

    /// <summary>The indices of links that were removed.</summary>
    public IReadOnlyList<uint> RemovedLinks { get; init; } = [];

    /// <summary>The addresses that were added to a link, or whose lifetime changed.</summary>
    public IReadOnlyList<LinkAddress> Added { get; init; } = [];

    /// <summary>The addresses that were removed from a link.</summary>
    public IReadOnlyList<IPAddress> Removed { get; init; } = [];

    /// <summary>True when the kernel dropped notifications, so that anything may have changed.</summary>
    public bool IsLossy { get; init; }

    /// <summary>Reads the messages of one datagram.</summary>
    internal static AddressNotice Read(ReadOnlySpan<byte> datagram)
    {
        var (links, removedLinks, added, removed) = (new List<NetworkLink>(), new List<uint>(), new List<LinkAddress>(), new List<IPAddress>());
        while (datagram.Length >= MessageHeader.Size)
        {
            var header = MemoryMarshal.Read<MessageHeader>(datagram);
            if (header.Length < MessageHeader.Size || header.Length > datagram.Length)
            {
                throw new NetlinkProtocolException($"A notification claims {header.Length} bytes where {datagram.Length} remain.");
            }

            var body = datagram[MessageHeader.Size..(int)header.Length];
            switch (header.Type)
            {
                case RouteMessage.NewLink when IsOfLink(body):
                    links.Add(NetworkLink.Read(body));
                    break;
                case RouteMessage.DeleteLink when IsOfLink(body):
                    links.Add(NetworkLink.Read(body) with { IsUp = false, IsRunning = false });
                    removedLinks.Add(links[^1].Index);
                    break;
                case RouteMessage.NewAddress when LinkAddress.Read(body) is { } address:
                    added.Add(address);
                    break;
                case RouteMessage.DeleteAddress when LinkAddress.Read(body) is { } address:
                    removed.Add(address.Address);
                    break;
            }

            datagram = datagram[Math.Min(MessageHeader.Align((int)header.Length), datagram.Length)..];
        }

        return new AddressNotice { Links = links, RemovedLinks = removedLinks, Added = added, Removed = removed };
    }

    /// <summary>False for the message of a bridge about one of its ports, which has the same type but does not tell the link's state.</summary>
    private static bool IsOfLink(ReadOnlySpan<byte> body) => body.Length > 0 && body[0] == LinkHeader.AnyFamily;
}
