using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs;

namespace Gorb.KernelTests.Lab;

/// <summary>A TCP server that reads all that a client sends, and sends as much back.</summary>
internal sealed class EchoCounter : IDisposable
{
    private readonly Socket _listener;
    private readonly Thread _thread;

    public EchoCounter(string host, int port)
    {
        _listener = NetworkNamespace.Run(host, () => LabSocket.Create(AddressFamily.InterNetworkV6, TransportProtocol.Tcp));
        _listener.DualMode = true;
        _listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        _listener.Listen();
        _thread = new Thread(Serve);
        _thread.Start();
    }

    /// <summary>Sends bytes to a server and counts those that come back.</summary>
    /// <exception cref="SocketException">Nothing moved for ten seconds.</exception>
    public static int Exchange(IPAddress vip, int port, int bytes)
    {
        using var client = NetworkNamespace.Run(NetworkNamespace.Client, () => LabSocket.Create(vip.AddressFamily, TransportProtocol.Tcp));
        client.SendTimeout = client.ReceiveTimeout = 10_000;
        client.Connect(vip, port);
        Send(client, bytes);
        client.Shutdown(SocketShutdown.Send);
        return Receive(client);
    }

    public void Dispose()
    {
        _listener.Shutdown(SocketShutdown.Both); // wakes the thread that accepts
        _thread.Join();
        _listener.Dispose();
    }

    private void Serve()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = _listener.Accept();
            }
            catch (SocketException)
            {
                return; // disposed
            }

            using (client)
            {
                Send(client, Receive(client));
            }
        }
    }

    private static void Send(Socket socket, int bytes)
    {
        var block = new byte[64 * 1024];
        for (var left = bytes; left > 0; left -= socket.Send(block, Math.Min(left, block.Length), SocketFlags.None))
        {
        }
    }

    private static int Receive(Socket socket)
    {
        var block = new byte[64 * 1024];
        var bytes = 0;
        for (var received = socket.Receive(block); received > 0; received = socket.Receive(block))
        {
            bytes += received;
        }

        return bytes;
    }
}
