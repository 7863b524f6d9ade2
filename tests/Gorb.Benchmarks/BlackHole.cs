using System.Net;
using System.Net.Sockets;

namespace Gorb.Benchmarks;

/// <summary>A port where nobody accepts and the queue is full: the kernel drops every further SYN, as a black hole does.</summary>
internal static class BlackHole
{
    public static int Run(int port)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Any, port));
        listener.Listen(0);
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        first.Connect(IPAddress.Loopback, port); // a queue of none holds one
        Thread.Sleep(Timeout.Infinite); // until it is killed: a hole does nothing
        return 0;
    }
}
