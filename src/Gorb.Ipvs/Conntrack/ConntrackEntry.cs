using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Conntrack;

/// <summary>An entry of the connection tracking table; its spans point into the receive buffer.</summary>
internal ref struct ConntrackEntry
{
    /// <summary>The direction from the client.</summary>
    public ConntrackTuple Original;

    /// <summary>The direction of the reply; its source is the real destination of the flow.</summary>
    public ConntrackTuple Reply;

    public EntryStatus Status;

    /// <summary>The attributes of <see cref="Original"/> as received; a request names the entry by them.</summary>
    public ReadOnlySpan<byte> Name;

    /// <summary>CTA_ID as received.</summary>
    public ReadOnlySpan<byte> Id;

    /// <summary>CTA_ZONE as received; empty for zone 0.</summary>
    public ReadOnlySpan<byte> Zone;

    /// <summary>Reads the body of a message, without its netlink header.</summary>
    public static ConntrackEntry Read(ReadOnlySpan<byte> body)
    {
        var entry = default(ConntrackEntry);
        var attributes = NetfilterHeader.Attributes(body);
        while (attributes.Read())
        {
            switch ((ConntrackAttribute)attributes.Type)
            {
                case ConntrackAttribute.Original:
                    entry.Name = attributes.Payload;
                    entry.Original = ConntrackTuple.Read(attributes.AsNest());
                    break;
                case ConntrackAttribute.Reply: entry.Reply = ConntrackTuple.Read(attributes.AsNest()); break;
                case ConntrackAttribute.Status: entry.Status = (EntryStatus)attributes.AsBigEndian(); break;
                case ConntrackAttribute.Id: entry.Id = attributes.Payload; break;
                case ConntrackAttribute.Zone: entry.Zone = attributes.Payload; break;
            }
        }

        return entry;
    }
}
