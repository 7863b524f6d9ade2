using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gorb.Benchmarks;

/// <summary>A port where nobody accepts and the queue is full: the kernel drops every further SYN, as a black hole does; until SIGTERM.</summary>
internal static class BlackHole
{
    public static int Run(int port)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Any, port));
        listener.Listen(0);
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        first.Connect(IPAddress.Loopback, port); // a queue of none holds one
        using var told = new ManualResetEventSlim();
        using var registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true; // the process ends by itself, then
            told.Set();
        });
        told.Wait();
        return 0;
    }
}
