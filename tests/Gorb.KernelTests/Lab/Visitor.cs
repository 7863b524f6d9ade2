using System.Net;
using System.Net.Sockets;
using System.Text;
using Gorb.Ipvs;

namespace Gorb.KernelTests.Lab;

/// <summary>The client: visits a virtual service and reports which backend answered.</summary>
internal static class Visitor
{
    private const int Patience = 60_000;

    /// <summary>
    /// The last used source port. Every visit has a new one: the kernel remembers a UDP flow for five minutes, even after its service was removed, and
    /// would send the visit to the same backend. The ports are below those that sockets get automatically.
    /// </summary>
    private static int _port = 10_000;

    /// <summary>Visits a service a number of times, each with a new connection (or UDP socket), and returns the names of the answering backends.</summary>
    public static IReadOnlyList<string> Visit(IPAddress vip, int port, int times, TransportProtocol protocol = TransportProtocol.Tcp, IPAddress? from = null) =>
        [.. Enumerable.Range(0, times).Select(_ => Visit(vip, port, protocol, from))];

    /// <summary>The number of visits to each backend.</summary>
    public static IReadOnlyDictionary<string, int> Spread(IPAddress vip, int port, int times, TransportProtocol protocol = TransportProtocol.Tcp) =>
        Visit(vip, port, times, protocol).CountBy(name => name).ToDictionary();

    /// <summary>Opens a connection (or UDP socket) that stays open; see <see cref="RequestName"/>.</summary>
    public static Socket Connect(IPAddress vip, int port, TransportProtocol protocol = TransportProtocol.Tcp)
    {
        var socket = Open(vip, protocol, null);
        socket.Connect(vip, port);
        if (protocol != TransportProtocol.Udp)
        {
            Receive(socket);
        }

        return socket;
    }

    /// <summary>Sends a byte over an open connection and returns the name in the answer.</summary>
    public static string RequestName(Socket connection)
    {
        connection.Send("?"u8);
        return Receive(connection);
    }

    /// <summary>True when a datagram over an open socket is answered within a second.</summary>
    public static bool IsAnswered(Socket socket) =>
        LabSocket.Try(() => socket.Send("?"u8)) > 0 && socket.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectRead) && LabSocket.Try(() => Receive(socket)) is not null;

    private static string Visit(IPAddress vip, int port, TransportProtocol protocol, IPAddress? from)
    {
        using var socket = Open(vip, protocol, from);
        socket.Connect(vip, port);
        if (protocol == TransportProtocol.Udp)
        {
            socket.Send("?"u8);
        }

        return Receive(socket);
    }

    private static Socket Open(IPAddress vip, TransportProtocol protocol, IPAddress? from)
    {
        var socket = NetworkNamespace.Run(NetworkNamespace.Client, () => LabSocket.Create(vip.AddressFamily, protocol));
        socket.ReceiveTimeout = Patience;
        socket.SendTimeout = Patience;
        var any = vip.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
        socket.Bind(new IPEndPoint(from ?? any, Interlocked.Increment(ref _port)));
        return socket;
    }

    private static string Receive(Socket socket)
    {
        var heard = new byte[16];
        return Encoding.ASCII.GetString(heard, 0, socket.Receive(heard));
    }
}
