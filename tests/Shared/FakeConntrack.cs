using Gorb.Ipvs;
using Gorb.Ipvs.Conntrack;
using Gorb.Ipvs.Netlink;

namespace Gorb.Tests.Shared;

/// <summary>
/// The kernel's connection tracking behind an <see cref="INetlinkSocket"/>. It ignores filters, as kernels before 5.8 do, so the client must check each
/// entry.
/// </summary>
internal sealed class FakeConntrack
{
    private const int MaxEntriesPerDatagram = 3; // small, so that every dump has several parts

    private uint _lastPortId = 5000;

    public List<FakeFlow> Flows { get; } = [];

    /// <summary>Every received datagram.</summary>
    public List<byte[]> Sent { get; } = [];

    /// <summary>Refuses requests with an errno that the test chooses.</summary>
    public Func<ConntrackMessage, Errno> Refuse { get; set; } = static _ => Errno.None;

    /// <summary>When not None, opening a socket fails with this errno.</summary>
    public Errno RefuseSocket { get; set; }

    /// <summary>The largest number of messages in one datagram.</summary>
    public int MaxBatch { get; private set; }

    public ConntrackClient Connect() => new(() => RefuseSocket == Errno.None
        ? new Socket(this, ++_lastPortId)
        : throw new NetlinkTransportException("socket", RefuseSocket));

    private IEnumerable<byte[]> Answer(FakeRequest request, uint portId)
    {
        var header = request.Header;
        var message = (ConntrackMessage)(byte)header.Type;
        if (Refuse(message) is var refusal and not Errno.None)
        {
            return [FakeReply.Error(header, portId, refusal)];
        }

        byte[] Reply(ConntrackMessage type, MessageFlags flags, byte[] attributes) =>
            FakeReply.Message(type.Type(), flags, header.Sequence, portId, [request.Command, 0, 0, 0, .. attributes]);

        return message switch
        {
            ConntrackMessage.GetStats => [Reply(message, MessageFlags.None, FakeReply.Attribute((ushort)TableAttribute.Entries, FakeFlow.BigEndian((uint)Flows.Count)))],
            ConntrackMessage.Get =>
            [
                .. Flows.ToList().Chunk(MaxEntriesPerDatagram)
                    .Select(flows => flows.SelectMany(flow => Reply(ConntrackMessage.New, MessageFlags.Multi, flow.Attributes)).ToArray()),
                FakeReply.Done(header, portId),
            ],
            _ => [FakeReply.Error(header, portId, Delete(request))],
        };
    }

    private Errno Delete(FakeRequest request)
    {
        var wanted = new Dictionary<ConntrackAttribute, byte[]>();
        var attributes = new AttributeReader(request.Attributes);
        while (attributes.Read())
        {
            wanted[(ConntrackAttribute)attributes.Type] = attributes.Payload.ToArray();
        }

        if (!wanted.TryGetValue(ConntrackAttribute.Original, out var name))
        {
            Flows.Clear(); // without a tuple, the kernel flushes the whole table, too
            return Errno.None;
        }

        return Flows.RemoveAll(flow => flow.Name.AsSpan().SequenceEqual(name) && FakeFlow.BigEndian(flow.Id).AsSpan().SequenceEqual(wanted[ConntrackAttribute.Id])
            && wanted.ContainsKey(ConntrackAttribute.Zone) == (flow.Zone != 0)) > 0 ? Errno.None : Errno.ENOENT;
    }

    private sealed class Socket(FakeConntrack kernel, uint portId) : INetlinkSocket
    {
        private readonly Queue<byte[]> _replies = [];

        public uint PortId => portId;

        public void Send(ReadOnlySpan<byte> datagram)
        {
            kernel.Sent.Add(datagram.ToArray());
            var requests = FakeRequest.Split(datagram);
            kernel.MaxBatch = Math.Max(kernel.MaxBatch, requests.Count);
            requests.SelectMany(request => kernel.Answer(request, portId)).ToList().ForEach(_replies.Enqueue);
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
