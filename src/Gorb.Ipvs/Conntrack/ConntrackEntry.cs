namespace Gorb.Ipvs.Conntrack;

/// <summary>An entry of the connection tracking table, as it lies in the receive buffer.</summary>
internal ref struct ConntrackEntry
{
    /// <summary>As the client sent it.</summary>
    public ConntrackTuple Original;

    /// <summary>As an answer is expected; its source is where the flow really goes.</summary>
    public ConntrackTuple Reply;

    public EntryStatus Status;

    /// <summary>The attributes of <see cref="Original"/> as they came: they name the entry in a request.</summary>
    public ReadOnlySpan<byte> Name;

    /// <summary>CTA_ID as it came.</summary>
    public ReadOnlySpan<byte> Id;

    /// <summary>CTA_ZONE as it came; empty for zone 0.</summary>
    public ReadOnlySpan<byte> Zone;

    /// <summary>Reads the body of a message, from behind the netlink header.</summary>
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
