using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Wire;

namespace Gorb.Tests.Shared;

/// <summary>A message as the kernel receives it: headers and raw attributes.</summary>
internal sealed record FakeRequest(MessageHeader Header, byte Command, byte[] Attributes)
{
    public IpvsCommand IpvsCommand => (IpvsCommand)Command;

    public bool IsMutation => IpvsCommand is IpvsCommand.NewService or IpvsCommand.SetService or IpvsCommand.DeleteService
        or IpvsCommand.NewDestination or IpvsCommand.SetDestination or IpvsCommand.DeleteDestination
        or IpvsCommand.Flush or IpvsCommand.Zero or IpvsCommand.SetConfig or IpvsCommand.NewDaemon or IpvsCommand.DeleteDaemon;

    /// <summary>Splits a datagram into its messages.</summary>
    public static List<FakeRequest> Split(ReadOnlySpan<byte> datagram)
    {
        var requests = new List<FakeRequest>();
        while (!datagram.IsEmpty)
        {
            var header = System.Runtime.InteropServices.MemoryMarshal.Read<MessageHeader>(datagram);
            var message = datagram[..(int)header.Length];
            requests.Add(new FakeRequest(header, message[MessageHeader.Size], message[(MessageHeader.Size + GenericHeader.Size)..].ToArray()));
            datagram = datagram[Math.Min(MessageHeader.Align((int)header.Length), datagram.Length)..];
        }

        return requests;
    }

    /// <summary>The nested attributes of a top-level attribute, by type; null if that attribute is missing.</summary>
    public Dictionary<ushort, byte[]>? Nest(CommandAttribute attribute)
    {
        var reader = new AttributeReader(Attributes);
        while (reader.Read())
        {
            if (reader.Type == (ushort)attribute)
            {
                return Table(reader.AsNest());
            }
        }

        return null;
    }

    private static Dictionary<ushort, byte[]> Table(AttributeReader reader)
    {
        var table = new Dictionary<ushort, byte[]>();
        while (reader.Read())
        {
            table[reader.Type] = reader.Payload.ToArray();
        }

        return table;
    }
}
