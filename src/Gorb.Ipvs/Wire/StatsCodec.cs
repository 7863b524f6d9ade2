using System.Runtime.CompilerServices;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Wire;

/// <summary>Decodes traffic counters from <see cref="StatsAttribute"/>.</summary>
internal static class StatsCodec
{
    /// <summary>The counters of an entry: in the 64-bit form if the kernel sends it, else in the 32-bit form, else zero.</summary>
    public static Counters ReadNewest(ReadOnlySpan<byte> stats, ReadOnlySpan<byte> stats64) => stats64.IsEmpty
        ? Read(new AttributeReader(stats))
        : Read64(new AttributeReader(stats64));

    /// <summary>The form before kernel 4.1: 32 bits, but 64 for bytes.</summary>
    public static Counters Read(AttributeReader attributes)
    {
        Values values = default;
        while (attributes.Read())
        {
            if (IndexOf(attributes) is var index and >= 0)
            {
                var isBytes = (StatsAttribute)attributes.Type is StatsAttribute.InBytes or StatsAttribute.OutBytes;
                values[index] = isBytes ? attributes.AsUInt64() : attributes.AsUInt32();
            }
        }

        return ToCounters(values);
    }

    /// <summary>The form since kernel 4.1: 64 bits for all values.</summary>
    public static Counters Read64(AttributeReader attributes)
    {
        Values values = default;
        while (attributes.Read())
        {
            if (IndexOf(attributes) is var index and >= 0)
            {
                values[index] = attributes.AsUInt64();
            }
        }

        return ToCounters(values);
    }

    /// <summary>The index of an attribute's value; -1 for an attribute that is not a counter.</summary>
    private static int IndexOf(AttributeReader attribute) => (StatsAttribute)attribute.Type is >= StatsAttribute.Connections and < StatsAttribute.Pad
        ? attribute.Type - (int)StatsAttribute.Connections
        : -1;

    private static Counters ToCounters(in Values values) => new()
    {
        Connections = values[StatsAttribute.Connections - StatsAttribute.Connections],
        InPackets = values[StatsAttribute.InPackets - StatsAttribute.Connections],
        OutPackets = values[StatsAttribute.OutPackets - StatsAttribute.Connections],
        InBytes = values[StatsAttribute.InBytes - StatsAttribute.Connections],
        OutBytes = values[StatsAttribute.OutBytes - StatsAttribute.Connections],
        ConnectionsPerSecond = values[StatsAttribute.ConnectionsPerSecond - StatsAttribute.Connections],
        InPacketsPerSecond = values[StatsAttribute.InPacketsPerSecond - StatsAttribute.Connections],
        OutPacketsPerSecond = values[StatsAttribute.OutPacketsPerSecond - StatsAttribute.Connections],
        InBytesPerSecond = values[StatsAttribute.InBytesPerSecond - StatsAttribute.Connections],
        OutBytesPerSecond = values[StatsAttribute.OutBytesPerSecond - StatsAttribute.Connections],
    };

    /// <summary>The counters in the order of their attributes.</summary>
    [InlineArray(StatsAttribute.Pad - StatsAttribute.Connections)]
    private struct Values
    {
        private ulong _first;
    }
}
