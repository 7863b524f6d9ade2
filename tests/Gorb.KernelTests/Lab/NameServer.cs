using System.Net;
using System.Net.Sockets;
using System.Text;
using Gorb.Ipvs;

namespace Gorb.KernelTests.Lab;

/// <summary>
/// What runs in a backend: servers on port 80 that answer with the backend's name. Over TCP and SCTP the name comes at once and again for
/// every byte received, until the client hangs up; over UDP for every datagram.
/// </summary>
internal sealed class NameServer : IDisposable
{
    public const int Port = 80;

    /// <summary>How often a server looks whether it shall end: closing an SCTP listener does not wake who waits on it.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    private readonly List<(Socket Socket, Thread Thread)> _servers = [];
    private readonly byte[] _name;
    private volatile bool _ending;

    public NameServer(string backend)
    {
        _name = Encoding.ASCII.GetBytes(backend);
        foreach (var protocol in new[] { TransportProtocol.Tcp, TransportProtocol.Udp, TransportProtocol.Sctp })
        {
            var socket = NetworkNamespace.Run(backend, () => Bind(protocol));
            var thread = new Thread(() => Serve(socket, protocol)) { IsBackground = true };
            _servers.Add((socket, thread));
            thread.Start();
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

    private static Socket Bind(TransportProtocol protocol)
    {
        var socket = LabSocket.Create(AddressFamily.InterNetworkV6, protocol);
        socket.DualMode = true;
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, Port));
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
            if (!socket.Poll(Glance, SelectMode.SelectRead))
            {
                continue;
            }

            if (protocol == TransportProtocol.Udp)
            {
                Echo(socket);
            }
            else if (LabSocket.Try(socket.Accept) is { } connection)
            {
                new Thread(() => Talk(connection)) { IsBackground = true }.Start();
            }
        }
    }

    private void Talk(Socket connection)
    {
        using (connection)
        {
            var heard = new byte[1];
            while (LabSocket.Try(() => connection.Send(_name)) > 0 && LabSocket.Try(() => connection.Receive(heard)) > 0)
            {
            }
        }
    }

    private void Echo(Socket socket)
    {
        var heard = new byte[64];
        EndPoint from = new IPEndPoint(IPAddress.IPv6Any, 0);
        LabSocket.Try(() => socket.ReceiveFrom(heard, ref from));
        LabSocket.Try(() => socket.SendTo(_name, from));
    }
}
