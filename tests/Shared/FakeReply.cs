using System.Runtime.InteropServices;
using Gorb.Ipvs;
using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Wire;

namespace Gorb.Tests.Shared;

/// <summary>Builds the kernel's replies, byte by byte.</summary>
internal static class FakeReply
{
    /// <summary>An acknowledgement (errno 0) or a refusal, which echoes only the request's header (NETLINK_CAP_ACK), as the connection requests.</summary>
    public static byte[] Error(MessageHeader request, uint portId, Errno errno)
    {
        var body = new byte[sizeof(int) + MessageHeader.Size];
        MemoryMarshal.Write(body, -(int)errno);
        MemoryMarshal.Write(body.AsSpan(sizeof(int)), request);
        return Message(MessageType.Error, MessageFlags.Capped, request.Sequence, portId, body);
    }

    public static byte[] Done(MessageHeader request, uint portId) =>
        Message(MessageType.Done, MessageFlags.Multi, request.Sequence, portId, new byte[sizeof(int)]);

    /// <summary>A generic netlink message with the given attributes.</summary>
    public static byte[] Data(MessageHeader request, uint portId, IpvsCommand command, byte[] attributes, MessageFlags flags = MessageFlags.None) =>
        Message(request.Type, flags, request.Sequence, portId, [(byte)command, 1, 0, 0, .. attributes]);

    public static byte[] Message(MessageType type, MessageFlags flags, uint sequence, uint portId, ReadOnlySpan<byte> body)
    {
        var message = new byte[MessageHeader.Align(MessageHeader.Size + body.Length)];
        MemoryMarshal.Write(message, new MessageHeader((uint)(MessageHeader.Size + body.Length), type, flags, sequence, portId));
        body.CopyTo(message.AsSpan(MessageHeader.Size));
        return message;
    }

    /// <summary>A nest of attributes.</summary>
    public static byte[] Nest(ushort type, IEnumerable<KeyValuePair<ushort, byte[]>> attributes) =>
        Attribute(type, [.. attributes.SelectMany(attribute => Attribute(attribute.Key, attribute.Value))]);

    public static byte[] Attribute(ushort type, byte[] payload)
    {
        var attribute = new byte[MessageHeader.Align(4 + payload.Length)];
        MemoryMarshal.Write(attribute, (ushort)(4 + payload.Length));
        MemoryMarshal.Write(attribute.AsSpan(2), type);
        payload.CopyTo(attribute, 4);
        return attribute;
    }
}
