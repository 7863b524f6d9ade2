using System.Net;
using System.Net.Sockets;
using System.Text;
using Gorb.Ipvs;

namespace Gorb.KernelTests.Lab;

/// <summary>A server, over TCP and UDP, that answers every request with the address from which it came.</summary>
internal sealed class AddressServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly List<Socket> _sockets = [];

    /// <param name="host">The namespace.</param>
    /// <param name="addresses">The addresses for UDP, which answers from the address of the request. TCP listens at all addresses.</param>
    /// <param name="port">The port.</param>
    public AddressServer(string host, IEnumerable<IPAddress> addresses, int port)
    {
        var listener = Bind(host, new IPEndPoint(IPAddress.IPv6Any, port), TransportProtocol.Tcp);
        listener.Listen();
        new Thread(() => Accept(listener)) { IsBackground = true }.Start();
        foreach (var address in addresses)
        {
            var socket = Bind(host, new IPEndPoint(address, port), TransportProtocol.Udp);
            new Thread(() => ServeDatagrams(socket)) { IsBackground = true }.Start();
        }
    }

    public void Dispose() => _sockets.ForEach(static socket => socket.Dispose());

    /// <summary>Opens a connection (or UDP socket) to a service.</summary>
    /// <param name="host">The namespace of the client; null for the director.</param>
    /// <param name="vip">The address of the service.</param>
    /// <param name="port">The port of the service.</param>
    /// <param name="protocol">TCP or UDP.</param>
    public static Socket Connect(string? host, IPAddress vip, int port, TransportProtocol protocol)
    {
        var socket = host is null ? LabSocket.Create(vip.AddressFamily, protocol) : NetworkNamespace.Run(host, () => LabSocket.Create(vip.AddressFamily, protocol));
        socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        if (!socket.ConnectAsync(new IPEndPoint(vip, port)).Wait(Patience))
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }

        return socket;
    }

    /// <summary>Asks once over an open connection.</summary>
    /// <returns>The client's address as the server sees it.</returns>
    public static IPAddress Ask(Socket connection)
    {
        var heard = new byte[64];
        connection.Send("?"u8);
        return IPAddress.Parse(Encoding.ASCII.GetString(heard, 0, connection.Receive(heard)));
    }

    /// <inheritdoc cref="Connect"/>
    public static IPAddress Ask(string? host, IPAddress vip, int port, TransportProtocol protocol)
    {
        using var connection = Connect(host, vip, port, protocol);
        return Ask(connection);
    }

    private Socket Bind(string host, IPEndPoint place, TransportProtocol protocol)
    {
        var socket = NetworkNamespace.Run(host, () => LabSocket.Create(place.AddressFamily, protocol));
        _sockets.Add(socket);
        if (place.Address.Equals(IPAddress.IPv6Any))
        {
            socket.DualMode = true;
        }

        socket.Bind(place);
        return socket;
    }

    private static void Accept(Socket listener)
    {
        while (LabSocket.Try(listener.Accept) is { } connection)
        {
            new Thread(() => Serve(connection)) { IsBackground = true }.Start();
        }
    }

    private static void Serve(Socket connection)
    {
        using (connection)
        {
            var heard = new byte[1];
            while (LabSocket.Try(() => connection.Receive(heard)) > 0 && LabSocket.Try(() => connection.Send(Answer(connection.RemoteEndPoint!))) > 0)
            {
            }
        }
    }

    private static void ServeDatagrams(Socket socket)
    {
        var heard = new byte[64];
        EndPoint from = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (LabSocket.Try(() => socket.ReceiveFrom(heard, ref from)) > 0)
        {
            LabSocket.Try(() => socket.SendTo(Answer(from), from));
        }
    }

    private static byte[] Answer(EndPoint client)
    {
        var address = ((IPEndPoint)client).Address;
        return Encoding.ASCII.GetBytes((address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString());
    }
}
