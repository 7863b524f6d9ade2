using Gorb.Ipvs.Filters;

namespace Gorb.Doctor.Facts;

/// <summary>Reads the packet filter of this host: nftables, and iptables-legacy, which nftables does not show. Needs CAP_NET_ADMIN.</summary>
internal static class FilterReader
{
    /// <summary>Returns the chains that can be read, and adds to the list what cannot.</summary>
    public static IReadOnlyList<FilterChain> Read(List<string> unread) =>
    [
        .. Unread.Try(unread, "the packet filter (nftables)", ReadNftables, []),
        .. Unread.Try(unread, "the packet filter (iptables-legacy)", LegacyFilter.Read, []),
    ];

    private static IReadOnlyList<FilterChain> ReadNftables()
    {
        using var client = NftablesFilter.Create();
        return client.Read();
    }
}
