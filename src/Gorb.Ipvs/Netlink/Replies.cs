namespace Gorb.Ipvs.Netlink;

/// <summary>Reads the body of a reply, from behind the netlink header.</summary>
internal delegate T ReplyParser<out T>(ReadOnlySpan<byte> body);

/// <summary>Sees the body of one reply of many, from behind the netlink header; it is gone afterwards.</summary>
internal delegate void ReplyVisitor(ReadOnlySpan<byte> body);

/// <summary>Takes the messages that answer a datagram, one by one.</summary>
internal abstract class Replies
{
    /// <summary>Takes one message.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="index">Which message of the batch it answers.</param>
    /// <param name="body">What follows the header.</param>
    /// <returns>True when this was the last one to wait for.</returns>
    public abstract bool Take(MessageHeader header, int index, ReadOnlySpan<byte> body);

    protected static NetlinkProtocolException Unexpected(MessageHeader header) => new($"A reply of type {header.Type} is out of place here.");
}

/// <summary>The acknowledgements of changes. Errors are always answered, success only where it was asked for: at the last message.</summary>
internal sealed class Acknowledgements(KernelError?[] errors, int count) : Replies
{
    public override bool Take(MessageHeader header, int index, ReadOnlySpan<byte> body)
    {
        if (header.Type != MessageType.Error)
        {
            throw Unexpected(header);
        }

        errors[index] = KernelError.Read(header.Flags, body);
        return index == count - 1;
    }
}

/// <summary>The one message that answers a question, or an error.</summary>
internal sealed class SingleReply<T>(ReplyParser<T> parse) : Replies
{
    public T? Value { get; private set; }

    public KernelError? Error { get; private set; }

    public override bool Take(MessageHeader header, int index, ReadOnlySpan<byte> body)
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

/// <summary>The messages of a dump, up to the one that ends it.</summary>
internal sealed class DumpReplies(ReplyVisitor visit) : Replies
{
    public KernelError? Error { get; private set; }

    /// <summary>The table changed while it was read: entries may be missing or come twice.</summary>
    public bool IsInterrupted { get; private set; }

    public override bool Take(MessageHeader header, int index, ReadOnlySpan<byte> body)
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
