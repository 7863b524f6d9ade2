using System.Runtime.InteropServices;

namespace Gorb.Ipvs.Netlink;

/// <summary>
/// Requests and their replies over one socket. Never trusts the next datagram: what answers another request or another socket is dropped,
/// what is cut off or malformed is an error, and after any failure in mid-reply the socket is closed and the next request opens a new one.
/// </summary>
/// <exception cref="NetlinkException">Thrown by every method when the exchange broke.</exception>
internal sealed class NetlinkConnection(Func<INetlinkSocket> open) : IDisposable
{
    private const int ReceiveBytes = 32 * 1024; // the kernel fills dump datagrams up to this when it is offered as much

    /// <summary>How often a dump is begun again when the kernel says that its table changed meanwhile.</summary>
    private const int MaxDumps = 8;

    /// <summary>How many messages that are no answer are dropped before the socket is given up.</summary>
    private const int MaxForeignMessages = 1024;

    private readonly byte[] _buffer = new byte[ReceiveBytes];
    private INetlinkSocket? _socket;
    private uint _sequence;

    /// <summary>Sends a batch whose last message asks for an acknowledgement, and reads until that comes.</summary>
    /// <param name="batch">Requests; the kernel carries them out in order, and a refused one stops none of the others.</param>
    /// <param name="errors">Takes, by index in the batch, what the kernel refused; the others are done.</param>
    public void Transact(RequestBatch batch, KernelError?[] errors) => Converse(batch, new Acknowledgements(errors, batch.Count));

    /// <summary>Sends one request and reads its one reply.</summary>
    /// <returns>The error when the kernel refused; otherwise null, and the value is set.</returns>
    public KernelError? Get<T>(RequestBatch request, ReplyParser<T> parse, out T? value)
    {
        var reply = new SingleReply<T>(parse);
        Converse(request, reply);
        value = reply.Value;
        return reply.Error;
    }

    /// <summary>Sends one dump request and reads its replies to the end. A dump that was interrupted by a change is made again.</summary>
    /// <returns>The error when the kernel refused; otherwise null, and the values are set.</returns>
    public KernelError? Dump<T>(RequestBatch request, ReplyParser<T> parse, out List<T> values)
    {
        List<T> found = [];
        values = found;
        return Walk(request, found.Clear, body => found.Add(parse(body)));
    }

    /// <summary>As <see cref="Dump"/>, for tables that are too large to be held: every reply is seen as it comes.</summary>
    /// <param name="request">The dump request.</param>
    /// <param name="begin">Called before the first reply, and again before a dump that is made again.</param>
    /// <param name="visit">Sees a reply; may use other connections.</param>
    /// <returns>The error when the kernel refused, perhaps after some replies; otherwise null.</returns>
    public KernelError? Walk(RequestBatch request, Action begin, ReplyVisitor visit)
    {
        for (var attempt = 1; ; attempt++)
        {
            begin();
            var dump = new DumpReplies(visit);
            Converse(request, dump);
            if (!dump.IsInterrupted)
            {
                return dump.Error;
            }

            if (attempt == MaxDumps)
            {
                throw new NetlinkProtocolException($"The kernel's table changed during each of {MaxDumps} dumps; none of them is whole.");
            }
        }
    }

    public void Dispose() => Close();

    private void Converse(RequestBatch batch, Replies replies)
    {
        var socket = _socket ??= open();
        var first = _sequence + 1;
        _sequence += (uint)batch.Count; // wraps around after 2^32 requests, as the kernel's own arithmetic does
        batch.Number(first);
        try
        {
            socket.Send(batch.Datagram);
            var foreign = 0;
            while (!TakeDatagram(socket, first, batch.Count, replies, ref foreign))
            {
            }
        }
        catch
        {
            Close(); // what is still under way must not be taken for the answer to the next request
            throw;
        }
    }

    /// <returns>True when the last reply was in it.</returns>
    private bool TakeDatagram(INetlinkSocket socket, uint first, int count, Replies replies, ref int foreign)
    {
        var length = socket.Receive(_buffer);
        if (length > _buffer.Length)
        {
            throw new NetlinkProtocolException($"A datagram of {length} bytes was cut off at {_buffer.Length}.");
        }

        var rest = _buffer.AsSpan(0, length);
        while (!rest.IsEmpty)
        {
            var header = ReadHeader(rest);
            var body = rest[MessageHeader.Size..(int)header.Length];
            var index = header.Sequence - first;
            if (header.PortId != socket.PortId || index >= (uint)count)
            {
                if (++foreign > MaxForeignMessages)
                {
                    throw new NetlinkProtocolException($"{foreign} messages came that answer another request.");
                }
            }
            else if (Take(header, (int)index, body, replies))
            {
                return true;
            }

            rest = rest[Math.Min(MessageHeader.Align((int)header.Length), rest.Length)..];
        }

        return false;
    }

    private static MessageHeader ReadHeader(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < MessageHeader.Size)
        {
            throw new NetlinkProtocolException($"{rest.Length} bytes are left where a message should begin.");
        }

        var header = MemoryMarshal.Read<MessageHeader>(rest);
        return header.Length >= MessageHeader.Size && header.Length <= rest.Length
            ? header
            : throw new NetlinkProtocolException($"A message claims {header.Length} bytes where {rest.Length} remain.");
    }

    private static bool Take(MessageHeader header, int index, ReadOnlySpan<byte> body, Replies replies) => header.Type switch
    {
        MessageType.Noop => false,
        MessageType.Overrun => throw new NetlinkTransportException("receive", Errno.ENOBUFS, "the kernel lost replies"),
        _ => replies.Take(header, index, body),
    };

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }
}
