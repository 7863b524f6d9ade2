using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Conntrack;

/// <summary>One direction of a flow. Its spans point into the receive buffer, so that reading a large table allocates nothing.</summary>
internal ref struct ConntrackTuple
{
    /// <summary>Address bytes, 4 or 16.</summary>
    public ReadOnlySpan<byte> Source;

    /// <summary>Address bytes, 4 or 16.</summary>
    public ReadOnlySpan<byte> Destination;

    public TransportProtocol Protocol;

    /// <summary>Host order; 0 for a protocol without ports.</summary>
    public ushort SourcePort;

    /// <summary>Host order; 0 for a protocol without ports.</summary>
    public ushort DestinationPort;

    public static ConntrackTuple Read(AttributeReader attributes)
    {
        var tuple = default(ConntrackTuple);
        while (attributes.Read())
        {
            switch ((TupleAttribute)attributes.Type)
            {
                case TupleAttribute.Addresses: tuple.ReadAddresses(attributes.AsNest()); break;
                case TupleAttribute.Transport: tuple.ReadTransport(attributes.AsNest()); break;
            }
        }

        return tuple;
    }

    private void ReadAddresses(AttributeReader attributes)
    {
        while (attributes.Read())
        {
            switch ((AddressAttribute)attributes.Type)
            {
                case AddressAttribute.Source4 or AddressAttribute.Source6: Source = attributes.Payload; break;
                case AddressAttribute.Destination4 or AddressAttribute.Destination6: Destination = attributes.Payload; break;
            }
        }
    }

    private void ReadTransport(AttributeReader attributes)
    {
        while (attributes.Read())
        {
            switch ((TransportAttribute)attributes.Type)
            {
                case TransportAttribute.Protocol: Protocol = (TransportProtocol)attributes.AsByte(); break;
                case TransportAttribute.SourcePort: SourcePort = attributes.AsPort(); break;
                case TransportAttribute.DestinationPort: DestinationPort = attributes.AsPort(); break;
            }
        }
    }
}
