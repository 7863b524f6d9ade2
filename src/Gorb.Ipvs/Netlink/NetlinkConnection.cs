using System.Runtime.InteropServices;

namespace Gorb.Ipvs.Netlink;

/// <summary>
/// Sends requests over one socket and reads their replies. Messages that answer another request or another socket are dropped; truncated or malformed ones
/// are errors. After any failure in the middle of a reply the socket is closed, and the next request opens a new one.
/// </summary>
/// <exception cref="NetlinkException">Every method throws it when the exchange breaks.</exception>
internal sealed class NetlinkConnection(Func<INetlinkSocket> open) : IDisposable
{
    private const int ReceiveBytes = 32 * 1024; // the kernel fills dump datagrams up to 32 KiB if the buffer is that large

    /// <summary>How often a dump is started when the kernel reports that its table changed meanwhile.</summary>
    private const int MaxDumps = 8;

    /// <summary>How many unrelated messages are dropped before the exchange is given up.</summary>
    private const int MaxUnrelatedMessages = 1024;

    private INetlinkSocket? _socket;
    private byte[]? _buffer;
    private uint _sequence;

    /// <summary>Sends a batch whose last message asks for an acknowledgement, and reads until it arrives.</summary>
    /// <param name="batch">The requests. The kernel carries them out in order; a refused one does not stop the others.</param>
    /// <param name="errors">Receives the kernel's refusals by index in the batch; the other requests are done.</param>
    public void Transact(RequestBatch batch, KernelError?[] errors) => Exchange(batch, new Acknowledgements(errors, batch.Count));

    /// <summary>Sends a transaction of netfilter: all of its changes are made, or none.</summary>
    /// <param name="transaction">A begin message, the changes, of which the last asks for an acknowledgement, and an end message.</param>
    /// <returns>The first error and the index of its message; null when the transaction was made.</returns>
    public (int Index, KernelError Error)? Commit(RequestBatch transaction)
    {
        var reply = new TransactionReply(transaction.Count);
        Exchange(transaction, reply);
        if (reply.Error is not null)
        {
            Close(); // the kernel may have queued more errors
        }

        return reply.Error;
    }

    /// <summary>Sends one request and reads its one reply.</summary>
    /// <returns>The error when the kernel refused; otherwise null, and <paramref name="value"/> is set.</returns>
    public KernelError? Get<T>(RequestBatch request, ReplyParser<T> parse, out T? value)
    {
        var reply = new SingleReply<T>(parse);
        Exchange(request, reply);
        value = reply.Value;
        return reply.Error;
    }

    /// <summary>Sends one dump request and reads all its replies. A dump that was interrupted by a change is repeated.</summary>
    /// <returns>The error when the kernel refused; otherwise null, and <paramref name="values"/> is set.</returns>
    public KernelError? Dump<T>(RequestBatch request, ReplyParser<T> parse, out List<T> values)
    {
        List<T> found = [];
        values = found;
        return Walk(request, found.Clear, body => found.Add(parse(body)));
    }

    /// <summary>Like <see cref="Dump"/>, for large tables: passes each reply to a visitor instead of keeping it.</summary>
    /// <param name="request">The dump request.</param>
    /// <param name="begin">Called before the first reply of each attempt.</param>
    /// <param name="visit">Called with each reply; may use other connections.</param>
    /// <returns>The error when the kernel refused, possibly after some replies; otherwise null.</returns>
    public KernelError? Walk(RequestBatch request, Action begin, ReplyVisitor visit)
    {
        for (var attempt = 1; ; attempt++)
        {
            begin();
            var dump = new DumpReplies(visit);
            Exchange(request, dump);
            if (!dump.IsInterrupted)
            {
                return dump.Error;
            }

            if (attempt == MaxDumps)
            {
                throw new NetlinkProtocolException($"The kernel's table changed during each of {MaxDumps} dumps; none of them is complete.");
            }
        }
    }

    public void Dispose() => Close();

    private void Exchange(RequestBatch batch, Replies replies)
    {
        var socket = _socket ??= open();
        var first = _sequence + 1;
        _sequence += (uint)batch.Count; // wraps around after 2^32 requests, like the kernel's own arithmetic
        batch.Number(first);
        try
        {
            socket.Send(batch.Datagram);
            var unrelated = 0;
            while (!ReceiveDatagram(socket, first, batch.Count, replies, ref unrelated))
            {
            }
        }
        catch
        {
            Close(); // replies that are still queued must not be taken for answers to the next request
            throw;
        }
    }

    /// <returns>True when the datagram had the last reply.</returns>
    private bool ReceiveDatagram(INetlinkSocket socket, uint first, int count, Replies replies, ref int unrelated)
    {
        var buffer = _buffer ??= GC.AllocateUninitializedArray<byte>(ReceiveBytes); // not before the first use: a program has more connections than it uses
        var length = socket.Receive(buffer);
        if (length > buffer.Length)
        {
            throw new NetlinkProtocolException($"A datagram of {length} bytes was cut off at {buffer.Length}.");
        }

        var rest = buffer.AsSpan(0, length);
        while (!rest.IsEmpty)
        {
            var header = ReadHeader(rest);
            var body = rest[MessageHeader.Size..(int)header.Length];
            var index = header.Sequence - first;
            if (header.PortId != socket.PortId || index >= (uint)count)
            {
                if (++unrelated > MaxUnrelatedMessages)
                {
                    throw new NetlinkProtocolException($"{unrelated} messages came that answer another request.");
                }
            }
            else if (Dispatch(header, (int)index, body, replies))
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

    private static bool Dispatch(MessageHeader header, int index, ReadOnlySpan<byte> body, Replies replies) => header.Type switch
    {
        MessageType.Noop => false,
        MessageType.Overrun => throw new NetlinkTransportException("receive", Errno.ENOBUFS, "the kernel lost replies"),
        _ => replies.Accept(header, index, body),
    };

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }
}
