using Gorb.Ipvs;
using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Wire;

namespace Gorb.Tests.Shared;

/// <summary>
/// The kernel's IPVS behind an <see cref="INetlinkSocket"/>, for tests without root: it receives datagrams, keeps a table and answers as the kernel does.
/// Several threads may have sockets open at the same time.
/// </summary>
internal sealed class FakeKernel
{
    private const ushort FamilyId = 0x24;
    private const int MaxEntriesPerDatagram = 3; // small, so that every dump has several parts

    private readonly Lock _lock = new();
    private uint _lastPortId = 4000;

    public FakeTable Table { get; } = new();

    /// <summary>The sync daemons that run, by their attributes.</summary>
    public FakeDaemons Daemons { get; } = new();

    /// <summary>Whether the module ip_vs is loaded.</summary>
    public bool IsLoaded { get; set; } = true;

    /// <summary>Whether the process has CAP_NET_ADMIN.</summary>
    public bool IsPrivileged { get; set; } = true;

    /// <summary>The number of mutating messages received, applied or not.</summary>
    public int Mutations { get; private set; }

    /// <summary>The number of datagrams received with a mutating message.</summary>
    public int MutatingDatagrams { get; private set; }

    /// <summary>Refuses a request with an errno that the test chooses, before it reaches the table.</summary>
    public Func<FakeRequest, Errno> Refuse { get; set; } = static _ => Errno.None;

    /// <summary>The number of further mutating datagrams whose replies are lost although the changes are applied, as when a receive buffer overflows.</summary>
    public int LoseReplies { get; set; }

    public INetlinkSocket Open()
    {
        lock (_lock)
        {
            return new FakeSocket(this, ++_lastPortId);
        }
    }

    /// <summary>Applies a datagram.</summary>
    /// <returns>The replies, or null if they are lost.</returns>
    public IReadOnlyList<byte[]>? Handle(ReadOnlySpan<byte> datagram, uint portId)
    {
        lock (_lock)
        {
            var requests = FakeRequest.Split(datagram);
            var mutations = requests.Count(request => (ushort)request.Header.Type == FamilyId && request.IsMutation);
            Mutations += mutations;
            MutatingDatagrams += mutations > 0 ? 1 : 0;
            List<byte[]> replies = [.. requests.SelectMany(request => Answer(request, portId))];
            return mutations > 0 && LoseReplies-- > 0 ? null : replies;
        }
    }

    private IEnumerable<byte[]> Answer(FakeRequest request, uint portId)
    {
        var isControl = request.Header.Type == MessageType.GenericControl;
        if (!IsLoaded || (!isControl && (ushort)request.Header.Type != FamilyId))
        {
            return [FakeReply.Error(request.Header, portId, Errno.ENOENT)];
        }

        if (isControl)
        {
            return [FakeReply.Data(request.Header, portId, (IpvsCommand)1, FakeReply.Attribute(1, BitConverter.GetBytes(FamilyId)))];
        }

        var refusal = IsPrivileged ? Refuse(request) : Errno.EPERM;
        return refusal == Errno.None ? Execute(request, portId) : [FakeReply.Error(request.Header, portId, refusal)];
    }

    private IEnumerable<byte[]> Execute(FakeRequest request, uint portId) => (request.IpvsCommand, request.Header.Flags.HasFlag(MessageFlags.Dump)) switch
    {
        (IpvsCommand.GetService, true) => Dump(request, portId, IpvsCommand.NewService, Table.Services.Select(Service)),
        (IpvsCommand.GetDestination, true) => Dump(request, portId, IpvsCommand.NewDestination, Table.Find(request)?.Destinations.Select(Destination) ?? []),
        (IpvsCommand.GetDaemon, true) => Dump(request, portId, IpvsCommand.NewDaemon, Daemons.All.Select(static daemon => FakeReply.Nest((ushort)CommandAttribute.Daemon, daemon))),
        (IpvsCommand.GetService, false) when Table.Find(request) is { } service => [FakeReply.Data(request.Header, portId, IpvsCommand.NewService, Service(service))],
        (IpvsCommand.GetService, false) => [FakeReply.Error(request.Header, portId, Errno.ESRCH)],
        (IpvsCommand.GetInfo, false) => [FakeReply.Data(request.Header, portId, IpvsCommand.SetInfo,
            [.. FakeReply.Attribute(1, BitConverter.GetBytes(0x010201)), .. FakeReply.Attribute(2, BitConverter.GetBytes(4096))])],
        (IpvsCommand.Flush, false) => Flush(request, portId),
        (IpvsCommand.NewDaemon or IpvsCommand.DeleteDaemon, false) => Acknowledge(request, portId, Daemons.Execute(request)),
        (_, false) when request.IsMutation => Acknowledge(request, portId, Table.Execute(request)),
        _ => [FakeReply.Error(request.Header, portId, Errno.EOPNOTSUPP)],
    };

    private IEnumerable<byte[]> Flush(FakeRequest request, uint portId)
    {
        Table.Flush();
        return Acknowledge(request, portId, Errno.None);
    }

    private static IEnumerable<byte[]> Acknowledge(FakeRequest request, uint portId, Errno errno) =>
        errno != Errno.None || request.Header.Flags.HasFlag(MessageFlags.Acknowledge) ? [FakeReply.Error(request.Header, portId, errno)] : [];

    private static IEnumerable<byte[]> Dump(FakeRequest request, uint portId, IpvsCommand command, IEnumerable<byte[]> entries) => entries
        .Select(entry => FakeReply.Data(request.Header, portId, command, entry, MessageFlags.Multi))
        .Chunk(MaxEntriesPerDatagram)
        .Select(messages => messages.SelectMany(message => message).ToArray())
        .Append(FakeReply.Done(request.Header, portId)); // always in its own datagram

    private static byte[] Service(FakeService service)
    {
        var flags = BitConverter.ToUInt32(service.Attributes[(ushort)ServiceAttribute.Flags]);
        var shown = new Dictionary<ushort, byte[]>(service.Attributes)
        {
            [(ushort)ServiceAttribute.Flags] = [.. BitConverter.GetBytes(flags | 0x2), 0xFF, 0xFF, 0xFF, 0xFF], // IP_VS_SVC_F_HASHED, and a mask of all bits
        };
        return FakeReply.Nest((ushort)CommandAttribute.Service, shown);
    }

    private static byte[] Destination(Dictionary<ushort, byte[]> destination) =>
        FakeReply.Nest((ushort)CommandAttribute.Destination, destination);

    private sealed class FakeSocket(FakeKernel kernel, uint portId) : INetlinkSocket
    {
        private readonly Queue<byte[]> _replies = [];
        private bool _overrun;

        public uint PortId => portId;

        public void Send(ReadOnlySpan<byte> datagram)
        {
            var replies = kernel.Handle(datagram, portId);
            _overrun = replies is null;
            foreach (var reply in replies ?? [])
            {
                _replies.Enqueue(reply);
            }
        }

        public int Receive(Span<byte> buffer)
        {
            if (_overrun || !_replies.TryDequeue(out var reply))
            {
                throw new NetlinkTransportException("receive", _overrun ? Errno.ENOBUFS : Errno.EAGAIN);
            }

            reply.AsSpan(0, Math.Min(reply.Length, buffer.Length)).CopyTo(buffer);
            return reply.Length;
        }

        public void Dispose() => _replies.Clear();
    }
}
