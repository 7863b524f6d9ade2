using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Wire;

/// <summary>Traffic counters in the form of <see cref="StatsAttribute"/>.</summary>
internal static class StatsCodec
{
    /// <summary>The form before kernel 4.1: 32 bits, but 64 for bytes.</summary>
    public static Counters Read(AttributeReader attributes)
    {
        var counters = default(Counters);
        while (attributes.Read())
        {
            var attribute = (StatsAttribute)attributes.Type;
            if (attribute is StatsAttribute.InBytes or StatsAttribute.OutBytes)
            {
                counters = With(counters, attribute, attributes.AsUInt64());
            }
            else if (attribute is >= StatsAttribute.Connections and < StatsAttribute.Pad)
            {
                counters = With(counters, attribute, attributes.AsUInt32());
            }
        }

        return counters;
    }

    /// <summary>The form since kernel 4.1: 64 bits for all.</summary>
    public static Counters Read64(AttributeReader attributes)
    {
        var counters = default(Counters);
        while (attributes.Read())
        {
            var attribute = (StatsAttribute)attributes.Type;
            if (attribute is >= StatsAttribute.Connections and < StatsAttribute.Pad)
            {
                counters = With(counters, attribute, attributes.AsUInt64());
            }
        }

        return counters;
    }

    private static Counters With(Counters counters, StatsAttribute attribute, ulong value) => attribute switch
    {
        StatsAttribute.Connections => counters with { Connections = value },
        StatsAttribute.InPackets => counters with { InPackets = value },
        StatsAttribute.OutPackets => counters with { OutPackets = value },
        StatsAttribute.InBytes => counters with { InBytes = value },
        StatsAttribute.OutBytes => counters with { OutBytes = value },
        StatsAttribute.ConnectionsPerSecond => counters with { ConnectionsPerSecond = value },
        StatsAttribute.InPacketsPerSecond => counters with { InPacketsPerSecond = value },
        StatsAttribute.OutPacketsPerSecond => counters with { OutPacketsPerSecond = value },
        StatsAttribute.InBytesPerSecond => counters with { InBytesPerSecond = value },
        StatsAttribute.OutBytesPerSecond => counters with { OutBytesPerSecond = value },
        _ => counters,
    };
}
