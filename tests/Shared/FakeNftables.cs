using System.Text;
using Gorb.Ipvs;
using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Nftables;

namespace Gorb.Tests.Shared;

/// <summary>
/// The kernel's nf_tables behind an <see cref="INetlinkSocket"/>: it keeps the attributes of each object as they were sent, and shows them so. One table only.
/// Thread-safe as far as the tests need: one socket at a time changes it.
/// </summary>
internal sealed class FakeNftables
{
    private const ushort NoName = 0;

    private List<FakeObject> _objects = [];
    private uint _lastPortId = 6000;

    /// <summary>The number of changes.</summary>
    public uint Generation { get; private set; } = 7;

    /// <summary>The last transaction, as it was sent.</summary>
    public byte[] LastTransaction { get; private set; } = [];

    /// <summary>The kinds of messages of all transactions, without their begin and end.</summary>
    public List<NftablesMessage> Changes { get; } = [];

    /// <summary>The number of dumps and other questions.</summary>
    public int Questions { get; private set; }

    /// <summary>Refuses a change of a transaction, and so the whole transaction.</summary>
    public Func<NftablesMessage, Errno> Refuse { get; set; } = static _ => Errno.None;

    /// <summary>When not None, opening a socket fails with this errno.</summary>
    public Errno RefuseSocket { get; set; }

    /// <summary>False for a kernel without the module.</summary>
    public bool IsLoaded { get; set; } = true;

    public bool HasTable => _objects.Exists(static entry => entry.Kind == NftablesMessage.NewTable);

    public MasqueradeTable Connect(string name = "gorb") => new(() => RefuseSocket == Errno.None
        ? new Socket(this, ++_lastPortId)
        : throw new NetlinkTransportException("socket", RefuseSocket), name);

    /// <summary>Removes objects as another program would.</summary>
    /// <param name="kinds">The kinds of objects, by the messages that add them.</param>
    /// <param name="owner">The chain of the rules, or the map of the elements; null for every one.</param>
    public void Drop(Predicate<NftablesMessage> kinds, string? owner = null)
    {
        _objects.RemoveAll(entry => kinds(entry.Kind) && (owner is null || owner == entry.Owner));
        Generation++;
    }

    private IEnumerable<byte[]> Answer(List<FakeRequest> requests, uint portId)
    {
        if (requests[0].Header.Type == NftablesMessages.Begin)
        {
            return Commit(requests, portId);
        }

        Questions++;
        return requests.SelectMany(request => Answer(request, portId));
    }

    private IEnumerable<byte[]> Answer(FakeRequest request, uint portId)
    {
        var kind = (NftablesMessage)(byte)request.Header.Type;
        byte[] Reply(NftablesMessage type, MessageFlags flags, byte[] attributes) =>
            FakeReply.Message(type.Type(), flags, request.Header.Sequence, portId, [NftablesMessages.Inet, 0, 0, 0, .. attributes]);

        if (!IsLoaded)
        {
            return [FakeReply.Error(request.Header, portId, Errno.EINVAL)];
        }

        if (kind == NftablesMessage.GetGeneration)
        {
            return [Reply(NftablesMessage.GetGeneration - 1, MessageFlags.None, FakeReply.Attribute((ushort)GenerationAttribute.Id, FakeFlow.BigEndian(Generation)))];
        }

        var shown = kind - 1; // each question follows the message that it is answered with
        var found = _objects.Where(entry => entry.Kind == shown && (kind != NftablesMessage.GetElement || entry.Owner == Text(request.Attributes, (ushort)ElementsAttribute.Set)));
        return kind != NftablesMessage.GetTable ? [.. found.Select(entry => Reply(shown, MessageFlags.Multi, entry.Attributes)), FakeReply.Done(request.Header, portId)]
            : HasTable ? [Reply(shown, MessageFlags.None, found.First().Attributes)]
            : [FakeReply.Error(request.Header, portId, Errno.ENOENT)];
    }

    private IEnumerable<byte[]> Commit(List<FakeRequest> requests, uint portId)
    {
        var (begin, changes) = (requests[0], requests[1..^1]);
        if (!IsLoaded)
        {
            return [FakeReply.Error(begin.Header, portId, Errno.EOPNOTSUPP)];
        }

        if (begin.Attributes.Length > 0 && !begin.Attributes.AsSpan(4).SequenceEqual(FakeFlow.BigEndian(Generation)))
        {
            return [FakeReply.Error(begin.Header, portId, Errno.ERESTART)];
        }

        var before = _objects.ToList();
        var errors = changes.ConvertAll(change => Apply((NftablesMessage)(byte)change.Header.Type, change.Attributes));
        if (errors.Exists(static error => error != Errno.None))
        {
            _objects = before;
        }
        else
        {
            Changes.AddRange(changes.Select(static change => (NftablesMessage)(byte)change.Header.Type));
            Generation++;
        }

        return changes.Zip(errors).Where(pair => pair.Second != Errno.None || pair.First.Header.Flags.HasFlag(MessageFlags.Acknowledge))
            .Select(pair => FakeReply.Error(pair.First.Header, portId, pair.Second));
    }

    private Errno Apply(NftablesMessage kind, byte[] attributes)
    {
        if (Refuse(kind) is var refusal and not Errno.None)
        {
            return refusal;
        }

        switch (kind)
        {
            case NftablesMessage.DeleteTable:
                _objects.Clear();
                return Errno.None;
            case NftablesMessage.DeleteRule:
                _objects.RemoveAll(entry => entry.Kind == NftablesMessage.NewRule && entry.Owner == Text(attributes, (ushort)RuleAttribute.Chain));
                return Errno.None;
            case NftablesMessage.DeleteChain:
                return Remove(entry => entry.Kind == NftablesMessage.NewChain && entry.Name == Text(attributes, (ushort)ChainAttribute.Name));
            case NftablesMessage.DeleteElement:
                return Remove(entry => entry.Kind == NftablesMessage.NewElement && entry.Attributes.AsSpan().SequenceEqual(attributes));
            default:
                var (name, owner) = kind switch
                {
                    NftablesMessage.NewChain => ((ushort)ChainAttribute.Name, NoName),
                    NftablesMessage.NewRule => (NoName, (ushort)RuleAttribute.Chain),
                    NftablesMessage.NewElement => (NoName, (ushort)ElementsAttribute.Set),
                    _ => (NoName, NoName),
                };
                _objects.Add(new FakeObject(kind, Text(attributes, name), Text(attributes, owner), attributes));
                return kind == NftablesMessage.NewTable || HasTable ? Errno.None : Errno.ENOENT;
        }
    }

    private Errno Remove(Predicate<FakeObject> entries) => _objects.RemoveAll(entries) > 0 ? Errno.None : Errno.ENOENT;

    private static string? Text(byte[] attributes, ushort type)
    {
        var reader = new AttributeReader(attributes);
        while (type != NoName && reader.Read())
        {
            if (reader.Type == type)
            {
                return Encoding.ASCII.GetString(reader.Payload[..^1]);
            }
        }

        return null;
    }

    /// <param name="Kind">The message that added it.</param>
    /// <param name="Name">The name of a chain.</param>
    /// <param name="Owner">The chain of a rule, or the map of an element.</param>
    /// <param name="Attributes">Its attributes.</param>
    private sealed record FakeObject(NftablesMessage Kind, string? Name, string? Owner, byte[] Attributes);

    private sealed class Socket(FakeNftables kernel, uint portId) : INetlinkSocket
    {
        private readonly Queue<byte[]> _replies = [];

        public uint PortId => portId;

        public void Send(ReadOnlySpan<byte> datagram)
        {
            var requests = FakeRequest.Split(datagram);
            if (requests[0].Header.Type == NftablesMessages.Begin)
            {
                kernel.LastTransaction = datagram.ToArray();
            }

            kernel.Answer(requests, portId).ToList().ForEach(_replies.Enqueue);
        }

        public int Receive(Span<byte> buffer)
        {
            var reply = _replies.Dequeue();
            reply.CopyTo(buffer);
            return reply.Length;
        }

        public void Dispose()
        {
        }
    }
}
