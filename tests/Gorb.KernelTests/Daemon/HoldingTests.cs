using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>Programs that occupy resources of the daemon (connections, its log) block neither the API nor health checks.</summary>
public sealed class HoldingTests : OwnDaemonTest
{
    private const int Descriptors = 256; // a JIT build keeps most of them open for its assemblies
    private const int Connections = 400;

    [Fact]
    public async Task FewDescriptors_AndManyIdleConnections_LeaveRoomForTheApiAndChecks()
    {
        await using var gorb = await GorbProcess.StartUnderAsync(["sh", "-c", $"ulimit -n {Descriptors}; exec \"$0\" \"$@\""], "-i", "br0", "--state", State);
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < Connections; i++)
            {
                sockets.Add(await ConnectAsync(gorb));
            }

            await gorb.LogsAsync("The API has reached its limit");
            using var another = new HttpClient { BaseAddress = gorb.Http.BaseAddress };
            (await another.GetAsync(new Uri("/healthz", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.OK);
            await FailoverAsync(gorb);
            gorb.Log.Split("The API has reached its limit").Should().HaveCount(2, "it is logged once");
        }
        finally
        {
            sockets.ForEach(static socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task LogThatNobodyReads_StopsNothing()
    {
        var pipe = Path.Combine(Directory, "log");
        Shell.Run("mkfifo", pipe);
        await using var held = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite); // open, but not read
        await using var gorb = await GorbProcess.StartUnderAsync(["sh", "-c", $"exec \"$0\" \"$@\" >{pipe}"], "-i", "br0", "--state", State, "-v");
        for (var i = 0; await DroppedAsync(gorb) == 0; i++)
        {
            i.Should().BeLessThan(20_000, "each request logs several lines"); // the pipe holds 64 KB, the daemon some thousand lines
        }

        await FailoverAsync(gorb);
        (await gorb.TerminateAsync()).Should().Be(0);
    }

    /// <summary>Checks that a backend that cannot be reached goes down.</summary>
    private static async Task FailoverAsync(GorbProcess gorb)
    {
        await gorb.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "method": "rr"}""");
        await gorb.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 81, "pulse": {"interval": "1s", "timeout": "500ms", "fall": 1}}""");
        await Eventually.Async(async () => (await gorb.GetAsync("/service/web/b1")).GetProperty("metrics").GetProperty("status").GetInt32() == 1, () => gorb.Log);
    }

    private static async Task<Socket> ConnectAsync(GorbProcess gorb)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, gorb.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
        return socket;
    }

    private static async Task<long> DroppedAsync(GorbProcess gorb)
    {
        const string Name = "gorb_log_lines_dropped_total ";
        var metrics = await gorb.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        return long.Parse(metrics.Split('\n').Single(line => line.StartsWith(Name, StringComparison.Ordinal))[Name.Length..], CultureInfo.InvariantCulture);
    }
}
