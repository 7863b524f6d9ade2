namespace Gorb.Ipvs.Netlink;

/// <summary>Parses the body of a reply, without its netlink header.</summary>
internal delegate T ReplyParser<out T>(ReadOnlySpan<byte> body);

/// <summary>Receives the body of one of many replies, without its netlink header; the span is valid only during the call.</summary>
internal delegate void ReplyVisitor(ReadOnlySpan<byte> body);

/// <summary>Handles the messages that answer a datagram, one by one.</summary>
internal abstract class Replies
{
    /// <summary>Handles one message.</summary>
    /// <param name="header">The message's header.</param>
    /// <param name="index">The index of the answered request in the batch.</param>
    /// <param name="body">The bytes after the header.</param>
    /// <returns>True when no more messages are expected.</returns>
    public abstract bool Accept(MessageHeader header, int index, ReadOnlySpan<byte> body);

    protected static NetlinkProtocolException Unexpected(MessageHeader header) => new($"A reply of type {header.Type} is out of place here.");
}

/// <summary>The acknowledgements of changes. The kernel always answers errors, and success only where requested: at the last message.</summary>
internal sealed class Acknowledgements(KernelError?[] errors, int count) : Replies
{
    public override bool Accept(MessageHeader header, int index, ReadOnlySpan<byte> body)
    {
        if (header.Type != MessageType.Error)
        {
            throw Unexpected(header);
        }

        errors[index] = KernelError.Read(header.Flags, body);
        return index == count - 1;
    }
}

/// <summary>
/// The answer to a transaction of netfilter (nfnetlink_rcv_batch of the kernel): the errors of its messages, in order, and the acknowledgement of the last change.
/// An error of the begin message stands for the whole transaction.
/// </summary>
internal sealed class TransactionReply(int count) : Replies
{
    private const int Begin = 0;

    /// <summary>The first error and the index of its message.</summary>
    public (int Index, KernelError Error)? Error { get; private set; }

    public override bool Accept(MessageHeader header, int index, ReadOnlySpan<byte> body)
    {
        if (header.Type != MessageType.Error)
        {
            throw Unexpected(header);
        }

        if (KernelError.Read(header.Flags, body) is { } error)
        {
            Error ??= (index, error);
        }

        return index == count - 2 || (index == Begin && Error is not null);
    }
}

/// <summary>The one message that answers a request, or an error.</summary>
internal sealed class SingleReply<T>(ReplyParser<T> parse) : Replies
{
    public T? Value { get; private set; }

    public KernelError? Error { get; private set; }

    public override bool Accept(MessageHeader header, int index, ReadOnlySpan<byte> body)
    {
        switch (header.Type)
        {
            case MessageType.Error:
                Error = KernelError.Read(header.Flags, body) ?? throw new NetlinkProtocolException("A question was acknowledged instead of answered.");
                return true;
            case MessageType.Done:
                throw Unexpected(header);
            default:
                Value = parse(body);
                return true;
        }
    }
}

/// <summary>The messages of a dump, up to its end.</summary>
internal sealed class DumpReplies(ReplyVisitor visit) : Replies
{
    public KernelError? Error { get; private set; }

    /// <summary>True when the table changed while it was read: entries may be missing or repeated.</summary>
    public bool IsInterrupted { get; private set; }

    public override bool Accept(MessageHeader header, int index, ReadOnlySpan<byte> body)
    {
        IsInterrupted |= header.Flags.HasFlag(MessageFlags.DumpInterrupted);
        switch (header.Type)
        {
            case MessageType.Error:
                Error = KernelError.Read(header.Flags, body) ?? throw new NetlinkProtocolException("A dump was acknowledged instead of answered.");
                return true;
            case MessageType.Done:
                Error = KernelError.ReadErrno(body) is var errno and not Errno.None ? new KernelError(errno, null) : null;
                return true;
            default:
                visit(body);
                return false;
        }
    }
}
