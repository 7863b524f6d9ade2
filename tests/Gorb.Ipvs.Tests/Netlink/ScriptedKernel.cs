using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Wire;
using Gorb.Tests.Shared;

namespace Gorb.Ipvs.Tests.Netlink;

/// <summary>A request and the port id that its replies carry.</summary>
internal sealed record Asked(FakeRequest Request, uint PortId)
{
    public MessageHeader Header => Request.Header;

    public bool WantsAck => Header.Flags.HasFlag(MessageFlags.Acknowledge);
}

/// <summary>
/// A scripted kernel: a function from the messages of a datagram to the datagrams of the answer. It resolves the family itself and acknowledges requests
/// that the script does not answer.
/// </summary>
internal sealed class ScriptedKernel(Func<IReadOnlyList<Asked>, IEnumerable<byte[]>>? script = null)
{
    private const uint PortId = 4711;

    public List<byte[]> Sent { get; } = [];

    /// <summary>Sockets opened so far.</summary>
    public int Opened { get; private set; }

    /// <summary>Sockets closed so far.</summary>
    public int Closed { get; private set; }

    /// <summary>The current number of the family.</summary>
    public ushort FamilyId { get; set; } = 0x24;

    /// <summary>True when the module is missing.</summary>
    public bool IsAbsent { get; set; }

    public IIpvsClient Connect() => IpvsClient.Create(() =>
    {
        Opened++;
        return new Socket(this);
    });

    private IEnumerable<byte[]> Answer(IReadOnlyList<Asked> asked)
    {
        var last = asked[^1];
        if (last.Header.Type == MessageType.GenericControl)
        {
            return [IsAbsent ? Refused(last, Errno.ENOENT) : FakeReply.Data(last.Header, PortId, (IpvsCommand)1, FakeReply.Attribute(1, BitConverter.GetBytes(FamilyId)))];
        }

        if (IsAbsent || (ushort)last.Header.Type != FamilyId)
        {
            return asked.Select(one => Refused(one, Errno.ENOENT));
        }

        return script?.Invoke(asked) ?? [Acknowledged(last)];
    }

    public static byte[] Refused(Asked asked, Errno errno) => FakeReply.Error(asked.Header, asked.PortId, errno);

    public static byte[] Acknowledged(Asked asked) => Refused(asked, Errno.None);

    private sealed class Socket(ScriptedKernel kernel) : INetlinkSocket
    {
        private readonly Queue<byte[]> _replies = [];

        public uint PortId => ScriptedKernel.PortId;

        public void Send(ReadOnlySpan<byte> datagram)
        {
            kernel.Sent.Add(datagram.ToArray());
            foreach (var reply in kernel.Answer([.. FakeRequest.Split(datagram).Select(request => new Asked(request, PortId))]))
            {
                _replies.Enqueue(reply);
            }
        }

        public int Receive(Span<byte> buffer)
        {
            if (!_replies.TryDequeue(out var reply))
            {
                throw new NetlinkTransportException("receive", Errno.EAGAIN, "no answer");
            }

            reply.AsSpan(0, Math.Min(reply.Length, buffer.Length)).CopyTo(buffer);
            return reply.Length;
        }

        public void Dispose() => kernel.Closed++;
    }
}
