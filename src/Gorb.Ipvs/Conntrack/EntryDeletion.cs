using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Conntrack;

/// <summary>Deletes entries, many to a system call.</summary>
internal sealed class EntryDeletion(NetlinkConnection connection, NetfilterHeader header)
{
    private readonly RequestBatch _batch = new();
    private readonly KernelError?[] _errors = new KernelError?[RequestBatch.MaxMessages];

    /// <summary>How many entries were deleted.</summary>
    public int Count { get; private set; }

    /// <summary>The first refusal; others were tried all the same.</summary>
    public KernelError? Refusal { get; private set; }

    /// <summary>Takes an entry; it is deleted now or with others by <see cref="Finish"/>.</summary>
    public void Add(in ConntrackEntry entry)
    {
        if (entry.Name.IsEmpty)
        {
            throw new NetlinkProtocolException("An entry has no tuple."); // to delete no tuple is to delete all
        }

        // Which one is the last is not known yet, so each is acknowledged.
        var body = _batch.Begin(ConntrackMessage.Delete.Type(), MessageFlags.Acknowledge);
        body.WriteFixed(header);
        body.Write(ConntrackAttribute.Original, entry.Name);
        body.Write(ConntrackAttribute.Id, entry.Id); // not one that took the place of this one meanwhile
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

    /// <summary>Deletes what was taken and not yet deleted.</summary>
    public void Finish()
    {
        if (_batch.Count == 0)
        {
            return;
        }

        connection.Transact(_batch, _errors);
        foreach (var error in _errors.AsSpan(0, _batch.Count))
        {
            Take(error);
        }

        _batch.Clear();
    }

    private void Take(KernelError? error)
    {
        if (error is null)
        {
            Count++;
        }
        else if (error is not { Errno: Errno.ENOENT }) // it ended by itself
        {
            Refusal ??= error;
        }
    }
}
