using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Conntrack;

/// <summary>Deletes entries in batches, one system call for each batch.</summary>
internal sealed class EntryDeletion(NetlinkConnection connection, NetfilterHeader header)
{
    private readonly RequestBatch _batch = new();
    private readonly KernelError?[] _errors = new KernelError?[RequestBatch.MaxMessages];

    /// <summary>How many entries were deleted.</summary>
    public int Count { get; private set; }

    /// <summary>The first refusal; the entries after it are still tried.</summary>
    public KernelError? Refusal { get; private set; }

    /// <summary>Adds an entry to the batch. A full batch is sent at once; <see cref="Finish"/> sends the rest.</summary>
    public void Add(in ConntrackEntry entry)
    {
        if (entry.Name.IsEmpty)
        {
            throw new NetlinkProtocolException("An entry has no tuple."); // a request without a tuple deletes the whole table
        }

        // Which entry is the last one is not known yet, so each asks for an acknowledgement.
        var body = _batch.Begin(ConntrackMessage.Delete.Type(), MessageFlags.Acknowledge);
        body.WriteFixed(header);
        body.Write(ConntrackAttribute.Original, entry.Name);
        body.Write(ConntrackAttribute.Id, entry.Id); // deletes nothing if another entry has taken the tuple meanwhile
        if (!entry.Zone.IsEmpty)
        {
            body.Write(ConntrackAttribute.Zone, entry.Zone);
        }

        _batch.End(body);
        if (_batch.IsFull)
        {
            Finish();
        }
    }

    /// <summary>Sends the rest of the batch.</summary>
    public void Finish()
    {
        if (_batch.Count == 0)
        {
            return;
        }

        connection.Transact(_batch, _errors);
        foreach (var error in _errors.AsSpan(0, _batch.Count))
        {
            Record(error);
        }

        _batch.Clear();
    }

    private void Record(KernelError? error)
    {
        if (error is null)
        {
            Count++;
        }
        else if (error is not { Errno: Errno.ENOENT }) // ENOENT: the entry has expired
        {
            Refusal ??= error;
        }
    }
}
