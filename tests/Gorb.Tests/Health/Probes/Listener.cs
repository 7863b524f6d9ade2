using System.Net;
using System.Net.Sockets;

namespace Gorb.Tests.Health.Probes;

/// <summary>A listening socket on a free loopback port.</summary>
internal sealed class Listener : IDisposable
{
    private readonly List<Socket> _clients = [];

    public Listener(int backlog = 512, IPAddress? address = null)
    {
        Socket = new Socket((address ?? IPAddress.Loopback).AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        Socket.Bind(new IPEndPoint(address ?? IPAddress.Loopback, 0));
        Socket.Listen(backlog);
    }

    public Socket Socket { get; }

    public int Port => ((IPEndPoint)Socket.LocalEndPoint!).Port;

    /// <summary>Creates a listener with a full accept queue: the kernel drops every further SYN, like a black hole.</summary>
    public static Listener BlackHole()
    {
        var hole = new Listener(backlog: 0);
        for (var i = 0; i < 4; i++)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            hole._clients.Add(client);
            try
            {
                client.Connect(IPAddress.Loopback, hole.Port);
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // connecting or dropped: either fills the queue
            }
        }

        return hole;
    }

    /// <summary>A port without a listener.</summary>
    public static int FreePort()
    {
        using var listener = new Listener();
        return listener.Port;
    }

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        Socket.Dispose();
    }
}
