using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Processes;
using Gorb.Ipvs.Sockets;
using Gorb.Tests.Shared;

namespace Gorb.Ipvs.Tests.Sockets;

public sealed class SocketOwnersTests : IDisposable
{
    private const byte Established = 1, SynSent = 2, FinWait2 = 5, TimeWait = 6, Listen = 10;
    private const uint Alice = 1000, Root = 0, File = 4711, NoFile = 0;

    private static readonly IPEndPoint Client = new(IPAddress.Loopback, 0x9C40), Server = new(IPAddress.Loopback, 4672);
    private static readonly IPEndPoint Client6 = new(IPAddress.IPv6Loopback, 0x9C40), Server6 = new(IPAddress.IPv6Loopback, 4672);

    private readonly string _folder = Directory.CreateTempSubdirectory("gorb-sockets-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>On this machine's kernel, by whichever way it has.</summary>
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("127.0.0.7", "127.0.0.7")]
    [InlineData("::1", "::1")]
    [InlineData("::", "127.0.0.1")] // a listener of both families
    [InlineData("127.0.0.1", "::ffff:127.0.0.1")] // a client of the family IPv6
    public void Find_OfAConnection_IsItsUser(string listen, string connect)
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        listener.Bind(new IPEndPoint(IPAddress.Parse(listen).MapToIPv6(), 0));
        listener.Listen();
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        client.Connect(new IPEndPoint(IPAddress.Parse(connect), ((IPEndPoint)listener.LocalEndPoint!).Port));
        using var accepted = listener.Accept();
        using var owners = SocketOwners.Create();

        owners.Find((IPEndPoint)accepted.RemoteEndPoint!, (IPEndPoint)accepted.LocalEndPoint!).Should().Be(CurrentUser.Id);
        client.Shutdown(SocketShutdown.Send);
        owners.Find((IPEndPoint)accepted.RemoteEndPoint!, (IPEndPoint)accepted.LocalEndPoint!).Should().Be(CurrentUser.Id, "the program still has the socket");
        client.Dispose();
        owners.Find((IPEndPoint)accepted.RemoteEndPoint!, (IPEndPoint)accepted.LocalEndPoint!).Should().BeNull("the kernel calls the owner of a closed socket root");
    }

    [Fact]
    public void Find_AsksForTheOneSocket()
    {
        var kernel = new Kernel(request => Kernel.Describe(request, Client, Server, Established, Alice, File));
        using var owners = Owners(kernel);

        owners.Find(Client, Server).Should().Be(Alice);

        var sent = kernel.Sent.Single();
        sent[4..8].Should().Equal([20, 0, 1, 0], "it is no dump");
        sent[MessageHeader.Size..].Should().Equal([2, 6, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, .. Kernel.Name(Client, Server, device: 1, cookie: 0xFF)]);
    }

    /// <summary>The kernel keeps a connection over IPv4 by its IPv4 addresses, also when the sockets are of the family IPv6.</summary>
    [Fact]
    public void Find_OfMappedAddresses_AsksForIpv4()
    {
        var (client, server) = (Mapped(Client), Mapped(Server));
        var kernel = new Kernel(request => Kernel.Describe(request, client, server, Established, Alice, File));
        using var owners = Owners(kernel);

        owners.Find(client, server).Should().Be(Alice);
        kernel.Sent.Single()[MessageHeader.Size].Should().Be(2);
    }

    [Theory]
    [InlineData(FinWait2, Root, NoFile)] // closed by its program: the kernel has forgotten the user
    [InlineData(TimeWait, Root, NoFile)]
    [InlineData(SynSent, Root, File)] // a new attempt from the same port
    public void Find_OfASocketThatNobodyHolds_IsNull(byte state, uint user, uint inode)
    {
        using var owners = Owners(new Kernel(request => Kernel.Describe(request, Client, Server, state, user, inode)));

        owners.Find(Client, Server).Should().BeNull();
    }

    /// <summary>Without a connection the kernel answers with a listener on the port.</summary>
    [Fact]
    public void Find_OfAnotherSocket_IsNull()
    {
        var other = new IPEndPoint(IPAddress.Any, Client.Port);
        WriteFiles();
        using var owners = Owners(new Kernel(request => Kernel.Describe(request, other, new IPEndPoint(IPAddress.Any, 0), Listen, Root, File)));

        owners.Find(Client, Server).Should().BeNull();
    }

    [Theory]
    [InlineData(Errno.ENOENT)] // also the answer of a kernel without the module tcp_diag
    [InlineData(Errno.EINVAL)]
    [InlineData(Errno.EPERM)]
    public void Find_OnAKernelThatDoesNotSay_ReadsTheFiles(Errno errno)
    {
        WriteFiles(
            v4: ["   3: 0100007F:9C40 0100007F:1240 01 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0000000000000000 20 4 30 10 -1"],
            v6: ["   1: 00000000000000000000000001000000:9C40 00000000000000000000000001000000:1240 01 00000000:00000000 00:00000000 00000000  1001        0 4712 1 0000000000000000 20 4 30 10 -1"]);
        using var owners = Owners(new Kernel(request => FakeReply.Error(request, Kernel.Port, errno)));

        owners.Find(Client, Server).Should().Be(1000);
        owners.Find(Client6, Server6).Should().Be(1001);
        owners.Find(Server, Client).Should().BeNull();
    }

    [Fact]
    public void Find_InTheFiles_KnowsIpv4OverIpv6()
    {
        WriteFiles(v6: ["   1: 0000000000000000FFFF00000100007F:9C40 0000000000000000FFFF00000100007F:1240 01 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0000000000000000 20 4 30 10 -1"]);
        using var owners = Owners(new Kernel(static request => FakeReply.Error(request, Kernel.Port, Errno.ENOENT)));

        owners.Find(Mapped(Client), Mapped(Server)).Should().Be(1000);
    }

    [Fact]
    public void Find_InTheFiles_OfASocketThatNobodyHolds_IsNull()
    {
        WriteFiles(["   3: 0100007F:9C40 0100007F:1240 05 00000000:00000000 00:00000000 00000000     0        0 0 1 0000000000000000"]);
        using var owners = Owners(new Kernel(static request => FakeReply.Error(request, Kernel.Port, Errno.ENOENT)));

        owners.Find(Client, Server).Should().BeNull();
    }

    /// <summary>Once the kernel has described a socket it has the module, so the slow files are not read for a client that has gone.</summary>
    [Fact]
    public void Find_OfASocketThatIsGone_IsNull()
    {
        using var owners = Owners(new Kernel(static request => request.Sequence == 1 ? Kernel.Describe(request, Client, Server, Established, Alice, File) : FakeReply.Error(request, Kernel.Port, Errno.ENOENT)));

        owners.Find(Client, Server).Should().Be(Alice);
        owners.Find(Client, Server).Should().BeNull("there are no files to read");
    }

    [Fact]
    public void Find_WithoutAnyWay_NamesBothReasons()
    {
        using var owners = Owners(new Kernel(static request => FakeReply.Error(request, Kernel.Port, Errno.EPERM)));

        owners.Invoking(one => one.Find(Client, Server)).Should().Throw<SocketOwnerException>().Which.Message.Should().Contain("sock_diag: EPERM").And.Contain(_folder);
    }

    private SocketOwners Owners(Kernel kernel) => new(() => kernel, new SocketFiles(_folder));

    private void WriteFiles(string[]? v4 = null, string[]? v6 = null)
    {
        System.IO.File.WriteAllLines(Path.Combine(_folder, "tcp"), ["  sl  local_address rem_address   st", .. v4 ?? []]);
        System.IO.File.WriteAllLines(Path.Combine(_folder, "tcp6"), ["  sl  local_address remote_address st", .. v6 ?? []]);
    }

    private static IPEndPoint Mapped(IPEndPoint endpoint) => new(endpoint.Address.MapToIPv6(), endpoint.Port);

    private sealed class Kernel(Func<MessageHeader, byte[]> answer) : INetlinkSocket
    {
        public const uint Port = 4711;

        private readonly Queue<byte[]> _replies = [];

        public List<byte[]> Sent { get; } = [];

        public uint PortId => Port;

        public void Send(ReadOnlySpan<byte> datagram)
        {
            Sent.Add(datagram.ToArray());
            _replies.Enqueue(answer(System.Runtime.InteropServices.MemoryMarshal.Read<MessageHeader>(datagram)));
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

        /// <summary>struct inet_diag_msg.</summary>
        public static byte[] Describe(MessageHeader request, IPEndPoint local, IPEndPoint remote, byte state, uint user, uint inode) => FakeReply.Message((MessageType)20, MessageFlags.None, request.Sequence, Port,
        [
            (byte)(local.AddressFamily == AddressFamily.InterNetworkV6 ? 10 : 2), state, 0, 0, .. Name(local, remote, device: 0, cookie: 7), .. new byte[12], .. BitConverter.GetBytes(user), .. BitConverter.GetBytes(inode),
        ]);

        /// <summary>struct inet_diag_sockid.</summary>
        public static byte[] Name(IPEndPoint local, IPEndPoint remote, uint device, byte cookie)
        {
            var name = new byte[48];
            BinaryPrimitives.WriteUInt16BigEndian(name, (ushort)local.Port);
            BinaryPrimitives.WriteUInt16BigEndian(name.AsSpan(2), (ushort)remote.Port);
            local.Address.GetAddressBytes().CopyTo(name, 4);
            remote.Address.GetAddressBytes().CopyTo(name, 20);
            BitConverter.GetBytes(device).CopyTo(name, 36);
            name.AsSpan(40).Fill(cookie);
            return name;
        }
    }
}
