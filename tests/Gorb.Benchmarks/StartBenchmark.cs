using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Gorb.Benchmarks;

/// <summary>From the start of the process to its first answer, and what it holds in memory when it has come to rest.</summary>
internal static class StartBenchmark
{
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(50);

    public static async Task<int> RunAsync(string gorb, string[] options)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp); // first: what the library needs for it is not the daemon's
        var clock = Stopwatch.StartNew();
        using var daemon = Process.Start(new ProcessStartInfo(gorb, options) { RedirectStandardOutput = true })!; // the pipe holds more than it says here
        if (!Listens(daemon) || !Answers(socket))
        {
            await Console.Error.WriteLineAsync("the daemon did not answer");
            daemon.Kill();
            return 1;
        }

        var seconds = clock.Elapsed.TotalSeconds;
        await RestAsync(daemon);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds:F3} {daemon.WorkingSet64 / 1024 / 1024}"));
        daemon.Kill();
        await daemon.WaitForExitAsync();
        return 0;
    }

    /// <summary>Waits until the daemon says so: to ask for it again and again takes an eighth of an emulated machine's processors from the start.</summary>
    private static bool Listens(Process daemon)
    {
        string? line;
        do
        {
            line = daemon.StandardOutput.ReadLine();
        }
        while (line?.Contains("Now listening on", StringComparison.Ordinal) == false);

        return line is not null;
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

    /// <summary>Asks whether it is ready; a daemon that is not yet answers when it is.</summary>
    private static bool Answers(Socket socket)
    {
        socket.Connect("127.0.0.1", 4672);
        socket.Send("GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"u8);
        var answer = new byte[64];
        return Encoding.ASCII.GetString(answer, 0, socket.Receive(answer)).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal);
    }
}
