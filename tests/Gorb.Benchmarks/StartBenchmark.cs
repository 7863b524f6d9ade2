using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Gorb.Benchmarks;

/// <summary>From the start of the process to its first answer, what it holds in memory when it has come to rest, and when it has become idle after use.</summary>
internal static class StartBenchmark
{
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(50);

    /// <summary>The daemon returns memory when it has been idle for half of this time.</summary>
    private static readonly TimeSpan AfterUse = TimeSpan.FromSeconds(60);

    private const int Uses = 3000;

    /// <param name="gorb">The daemon.</param>
    /// <param name="options">Its options.</param>
    /// <param name="isUsed">True to use it for a while, and to print the memory that it holds a minute later.</param>
    public static async Task<int> RunAsync(string gorb, string[] options, bool isUsed = false)
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
        var result = string.Create(CultureInfo.InvariantCulture, $"{seconds:F3} {daemon.WorkingSet64 / 1024 / 1024}");
        if (isUsed)
        {
            await UseAsync();
            var least = await MinimumAsync(daemon);
            result = string.Create(CultureInfo.InvariantCulture, $"{result} {least / 1024 / 1024}");
        }

        Console.WriteLine(result);
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

    private static async Task UseAsync()
    {
        using var http = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:4672") };
        for (var i = 0; i < Uses; i++)
        {
            _ = await http.GetStringAsync(new Uri(i % 2 == 0 ? "/config" : "/service", UriKind.Relative));
        }
    }

    /// <summary>The least memory that the process holds after use.</summary>
    private static async Task<long> MinimumAsync(Process daemon)
    {
        var least = long.MaxValue;
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < AfterUse; await Task.Delay(TimeSpan.FromSeconds(1)))
        {
            daemon.Refresh();
            least = Math.Min(least, daemon.WorkingSet64);
        }

        return least;
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
