using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Gorb.Benchmarks;

/// <summary>From the start of the process to its first answer, and what it holds in memory when it has come to rest.</summary>
internal static partial class StartBenchmark
{
    private const int AddressFamilyInet = 2; // socket(2)
    private const int StreamCloseOnExec = 0x80001;

    /// <summary>127.0.0.1:4672 as a sockaddr_in (ip(7)).</summary>
    private static readonly byte[] Ready = [AddressFamilyInet, 0, 4672 >> 8, 4672 & 0xff, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(50);

    public static async Task<int> RunAsync(string gorb, string[] options)
    {
        var clock = Stopwatch.StartNew();
        using var daemon = Process.Start(new ProcessStartInfo(gorb, options) { RedirectStandardOutput = true })!; // the pipe holds more than it says here
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

    /// <summary>Asks as cheaply as can be, by system calls: on an emulated machine, sockets of the library and their threads take an eighth of the processors from the start.</summary>
    private static bool Answers()
    {
        using var socket = new SafeFileHandle(LibC.Socket(AddressFamilyInet, StreamCloseOnExec, 0), ownsHandle: true);
        if (LibC.Connect(socket, Ready, Ready.Length) != 0)
        {
            Thread.Sleep(Pause); // between two looks: the processors are the daemon's
            return false;
        }

        using var stream = new FileStream(socket, FileAccess.ReadWrite, bufferSize: 0);
        stream.Write("GET /readyz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n"u8);
        var answer = new byte[64];
        return Encoding.ASCII.GetString(answer, 0, stream.Read(answer)).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal);
    }

    private static partial class LibC
    {
        [LibraryImport("libc", EntryPoint = "socket")]
        public static partial int Socket(int family, int type, int protocol);

        [LibraryImport("libc", EntryPoint = "connect")]
        public static partial int Connect(SafeFileHandle socket, byte[] address, int length);
    }
}
