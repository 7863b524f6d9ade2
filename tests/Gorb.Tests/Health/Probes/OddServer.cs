using System.Net.Sockets;
using System.Text;

namespace Gorb.Tests.Health.Probes;

/// <summary>A server that sends bytes to each connection exactly as a test chooses.</summary>
internal sealed class OddServer : IDisposable
{
    private readonly Listener _listener = new();

    /// <param name="serve">Serves a connection after the first bytes of its request have arrived.</param>
    public OddServer(Func<Socket, Task> serve)
    {
        _ = ServeAsync(serve);
    }

    public int Port => _listener.Port;

    /// <summary>The last request, as far as one read received it.</summary>
    public string Request { get; private set; } = "";

    /// <summary>Creates a server that sends a text and ends the connection.</summary>
    public static OddServer Says(string text, Ending end = Ending.Fin) => new(async socket =>
    {
        await socket.SendAsync(Encoding.Latin1.GetBytes(text));
        await EndAsync(socket, end);
    });

    public static async Task EndAsync(Socket socket, Ending end)
    {
        switch (end)
        {
            case Ending.Fin:
                socket.Shutdown(SocketShutdown.Send);
                break;
            case Ending.Reset:
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
                socket.Dispose();
                return;
        }

        await socket.ReceiveAsync(new byte[1]); // until the check closes the connection
    }

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync(Func<Socket, Task> serve)
    {
        try
        {
            while (true)
            {
                var socket = await _listener.Socket.AcceptAsync();
                var request = new byte[16 * 1024];
                Request = Encoding.Latin1.GetString(request, 0, await socket.ReceiveAsync(request));
                _ = ServeAsync(serve, socket);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return; // the test is over
        }
    }

    private static async Task ServeAsync(Func<Socket, Task> serve, Socket socket)
    {
        using (socket)
        {
            try
            {
                await serve(socket);
            }
            catch (SocketException)
            {
                return; // the check closed the connection
            }
        }
    }
}

/// <summary>How a connection ends.</summary>
public enum Ending
{
    /// <summary>By a FIN.</summary>
    Fin,

    /// <summary>By a reset.</summary>
    Reset,

    /// <summary>The server keeps the connection open.</summary>
    Never,
}
