using System.Net;
using System.Net.Sockets;
using System.Text;
using Gorb.Ipvs;

namespace Gorb.KernelTests.Lab;

/// <summary>
/// Servers on port 80 of a backend that answer with the backend's name: over TCP and SCTP at once and again for every received byte until the client
/// disconnects, over UDP for every datagram.
/// </summary>
internal sealed class NameServer : IDisposable
{
    public const int Port = 80;

    /// <summary>How often a server checks whether to stop: closing an SCTP listener does not wake a thread that waits for it.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    private readonly List<(Socket Socket, Thread Thread)> _servers = [];
    private readonly byte[] _name;
    private volatile bool _ending;

    public NameServer(string backend)
    {
        _name = Encoding.ASCII.GetBytes(backend);
        Start(backend, TransportProtocol.Tcp, IPAddress.IPv6Any);
        Start(backend, TransportProtocol.Sctp, IPAddress.IPv6Any);
        // A UDP socket bound to any address would answer from the address that routing prefers; these answer from the address of the request.
        foreach (var address in new[] { Network.Vip4, Network.Vip6, Network.Address(backend), Network.Address(backend, v6: true) })
        {
            Start(backend, TransportProtocol.Udp, address);
        }
    }

    public void Dispose()
    {
        _ending = true;
        foreach (var (socket, thread) in _servers)
        {
            thread.Join();
            socket.Dispose();
        }
    }

    private void Start(string backend, TransportProtocol protocol, IPAddress address)
    {
        var socket = NetworkNamespace.Run(backend, () => Bind(protocol, address));
        var thread = new Thread(() => Serve(socket, protocol)) { IsBackground = true };
        _servers.Add((socket, thread));
        thread.Start();
    }

    private static Socket Bind(TransportProtocol protocol, IPAddress address)
    {
        var socket = LabSocket.Create(address.AddressFamily, protocol);
        if (address.Equals(IPAddress.IPv6Any))
        {
            socket.DualMode = true;
        }

        socket.Bind(new IPEndPoint(address, Port));
        if (protocol != TransportProtocol.Udp)
        {
            socket.Listen(512);
        }

        return socket;
    }

    private void Serve(Socket socket, TransportProtocol protocol)
    {
        while (!_ending)
        {
            if (!socket.Poll(PollInterval, SelectMode.SelectRead))
            {
                continue;
            }

            if (protocol == TransportProtocol.Udp)
            {
                ServeDatagrams(socket);
            }
            else if (LabSocket.Try(socket.Accept) is { } connection)
            {
                new Thread(() => ServeConnection(connection)) { IsBackground = true }.Start();
            }
        }
    }

    private void ServeConnection(Socket connection)
    {
        using (connection)
        {
            var heard = new byte[1];
            while (LabSocket.Try(() => connection.Send(_name)) > 0 && LabSocket.Try(() => connection.Receive(heard)) > 0)
            {
            }
        }
    }

    private void ServeDatagrams(Socket socket)
    {
        var heard = new byte[64];
        EndPoint from = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        LabSocket.Try(() => socket.ReceiveFrom(heard, ref from));
        LabSocket.Try(() => socket.SendTo(_name, from));
    }
}
