using System.Buffers.Binary;
using System.Net;
using Gorb.Ipvs;

namespace Gorb.Why;

/// <summary>Computes the choice of the hashing schedulers sh and dh as the kernel does (ip_vs_sh.c, ip_vs_dh.c).</summary>
internal static class HashedChoice
{
    private const int Bits = 8;
    private const int Buckets = 1 << Bits;
    private const uint GoldenRatio = 0x61C88647; // GOLDEN_RATIO_32 of linux/hash.h

    /// <summary>Returns the destination that sh chooses; null when it refuses the connection.</summary>
    /// <param name="destinations">The destinations in the kernel's order.</param>
    /// <param name="client">The client's address.</param>
    /// <param name="port">The client's port, if the service hashes it; else 0.</param>
    /// <param name="fallsBack">True when another destination is taken for one that is unavailable.</param>
    public static DestinationEntry? BySource(IReadOnlyList<DestinationEntry> destinations, IPAddress client, ushort port, bool fallsBack)
    {
        var buckets = Fill(destinations, static entry => entry.Destination.Weight);
        var first = Hash(client, port, 0);
        if (buckets.Length == 0 || IsAvailable(buckets[first]) || !fallsBack)
        {
            return buckets.Length > 0 && IsAvailable(buckets[first]) ? buckets[first] : null;
        }

        for (var offset = 0; offset < Buckets; offset++)
        {
            var next = buckets[Hash(client, port, (offset + first) % Buckets)];
            if (IsAvailable(next))
            {
                return next;
            }
        }

        return null;
    }

    /// <summary>Returns the destination that dh chooses; null when it refuses the connection.</summary>
    public static DestinationEntry? ByDestination(IReadOnlyList<DestinationEntry> destinations, IPAddress address)
    {
        var buckets = Fill(destinations, static _ => 1);
        return buckets.Length > 0 && buckets[Hash(address, 0, 0)] is var chosen && IsAvailable(chosen) ? chosen : null;
    }

    /// <summary>True when a destination takes new connections.</summary>
    public static bool IsAvailable(DestinationEntry entry) => entry.Destination.Weight > 0
        && (entry.Destination.UpperThreshold == 0 || (long)entry.ActiveConnections + entry.InactiveConnections < entry.Destination.UpperThreshold);

    /// <summary>Each destination in turn gets as many buckets as its weight, at least one, until all are filled.</summary>
    private static DestinationEntry[] Fill(IReadOnlyList<DestinationEntry> destinations, Func<DestinationEntry, int> weight)
    {
        if (destinations.Count == 0)
        {
            return [];
        }

        var buckets = new DestinationEntry[Buckets];
        var (current, given) = (0, 0);
        for (var i = 0; i < Buckets; i++)
        {
            buckets[i] = destinations[current];
            if (++given >= weight(destinations[current]))
            {
                (current, given) = ((current + 1) % destinations.Count, 0);
            }
        }

        return buckets;
    }

    private static int Hash(IPAddress address, ushort port, int offset)
    {
        var bytes = address.GetAddressBytes();
        var folded = 0u;
        for (var i = 0; i < bytes.Length; i += sizeof(uint))
        {
            folded ^= BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(i));
        }

        var hash = ((port + folded) * GoldenRatio) >> (32 - Bits);
        return (int)(((uint)offset + hash) & (Buckets - 1));
    }
}
