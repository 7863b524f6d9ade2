using System.Runtime.InteropServices;

namespace Gorb.Ipvs.Netlink;

/// <summary>Messages that are sent in one datagram. Reusable: <see cref="Clear"/> keeps the memory.</summary>
/// <param name="maxBytesPerMessage">The size of the largest message.</param>
internal sealed class RequestBatch(int maxBytesPerMessage = RequestBatch.UsualBytesPerMessage)
{
    /// <summary>
    /// The limit of messages in one datagram, unless they are one transaction. More than 64 save no more time, and the kernel handles a datagram without a pause
    /// while it holds its locks.
    /// </summary>
    public const int MaxMessages = 128;

    private const int UsualBytesPerMessage = 512; // the largest request, a service with every attribute, takes less than half

    private byte[] _buffer = new byte[maxBytesPerMessage]; // grows: most batches are one message
    private readonly List<int> _starts = [];
    private int _length;

    public int Count => _starts.Count;

    public bool IsFull => Count == MaxMessages;

    public ReadOnlySpan<byte> Datagram => _buffer.AsSpan(0, _length);

    public void Clear()
    {
        _starts.Clear();
        _length = 0;
    }

    /// <summary>Starts a message. The returned writer takes its body; <see cref="End"/> completes it.</summary>
    public AttributeWriter Begin(MessageType type, MessageFlags flags)
    {
        if (_buffer.Length - _length < maxBytesPerMessage)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        _starts.Add(_length);
        MemoryMarshal.Write(_buffer.AsSpan(_length), new MessageHeader(0, type, flags | MessageFlags.Request, 0, 0));
        return new AttributeWriter(_buffer.AsSpan(_length + MessageHeader.Size, maxBytesPerMessage - MessageHeader.Size));
    }

    public void End(AttributeWriter body)
    {
        var length = MessageHeader.Size + body.Length;
        MemoryMarshal.Write(_buffer.AsSpan(_starts[^1]), (uint)length);
        _length += MessageHeader.Align(length);
    }

    /// <summary>Asks for an acknowledgement of the last message.</summary>
    public void Acknowledge()
    {
        var flags = _buffer.AsSpan(_starts[^1] + 6); // nlmsg_flags
        MemoryMarshal.Write(flags, MemoryMarshal.Read<MessageFlags>(flags) | MessageFlags.Acknowledge);
    }

    /// <summary>Gives the messages consecutive sequence numbers.</summary>
    public void Number(uint first)
    {
        foreach (var start in _starts)
        {
            MemoryMarshal.Write(_buffer.AsSpan(start + 8), first++); // nlmsg_seq
        }
    }
}
