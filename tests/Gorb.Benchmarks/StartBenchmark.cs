using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gorb.Benchmarks;

/// <summary>From the start of the process to its first answer, and what it holds in memory when it has come to rest.</summary>
internal static class StartBenchmark
{
    private static readonly IPEndPoint Ready = new(IPAddress.Loopback, 4672);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(50);

    public static async Task<int> RunAsync(string gorb, string[] options)
    {
        var clock = Stopwatch.StartNew();
        using var daemon = Process.Start(new ProcessStartInfo(gorb, options) { RedirectStandardOutput = true })!;
        daemon.OutputDataReceived += static (_, _) => { }; // its log is read and not shown, so that the pipe never fills
        daemon.BeginOutputReadLine();
        while (!Answers())
        {
            if (daemon.HasExited || clock.Elapsed > TimeSpan.FromSeconds(60))
            {
                await Console.Error.WriteLineAsync("the daemon did not answer");
                return 1;
            }
        }

        var seconds = clock.Elapsed.TotalSeconds;
        await RestAsync(daemon);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds:F3} {daemon.WorkingSet64 / 1024 / 1024}"));
        daemon.Kill();
        await daemon.WaitForExitAsync();
        return 0;
    }

    /// <summary>Waits for a second in which the process uses next to no processor, and then looks at it.</summary>
    private static async Task RestAsync(Process daemon)
    {
        TimeSpan before;
        do
        {
            before = daemon.TotalProcessorTime;
            await Task.Delay(TimeSpan.FromSeconds(1));
            daemon.Refresh();
        }
        while (daemon.TotalProcessorTime - before > Idle);
    }

    /// <summary>Asks as cheaply as can be: on an emulated machine, a client that throws exceptions in a loop takes more of the processors than a start does.</summary>
    private static bool Answers()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var connecting = new SocketAsyncEventArgs { RemoteEndPoint = Ready };
        using var connected = new ManualResetEventSlim();
        connecting.Completed += (_, _) => connected.Set();
        if (socket.ConnectAsync(connecting))
        {
            connected.Wait();
        }

        if (connecting.SocketError != SocketError.Success)
        {
            Thread.Sleep(Pause); // between two looks: the processors are the daemon's
            return false;
        }

        socket.Send("GET /readyz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n"u8);
        var answer = new byte[64];
        return Encoding.ASCII.GetString(answer, 0, socket.Receive(answer)).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal);
    }
}
