using System.Net;
using System.Net.Sockets;

namespace Gorb.KernelTests.Lab;

/// <summary>A connection over which something comes every few milliseconds, for as long as this lives.</summary>
internal sealed class RunningDownload : IDisposable
{
    /// <summary>As a download does, and not so fast that the emulated processor has no time for the daemon.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Socket _connection;
    private readonly Thread _thread;
    private readonly SemaphoreSlim _received = new(0);
    private readonly ManualResetEventSlim _end = new();
    private volatile string? _interruption;

    public RunningDownload(IPAddress vip, int port)
    {
        _connection = Visitor.Connect(vip, port);
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Waits until more has come than until now.</summary>
    public async Task GoesOnAsync()
    {
        while (_received.Wait(TimeSpan.Zero))
        {
            // came earlier
        }

        for (var i = 0; i < 2; i++) // the first may have been on its way
        {
            (await _received.WaitAsync(Patience, TestContext.Current.CancellationToken)).Should().BeTrue("the download goes on, without {0}", _interruption);
        }
    }

    public void Dispose()
    {
        _end.Set();
        _thread.Join();
        _end.Dispose();
        _connection.Dispose();
        _received.Dispose();
    }

    private void Run()
    {
        try
        {
            var server = Visitor.Ask(_connection);
            while (!_end.Wait(Pace))
            {
                var answer = Visitor.Ask(_connection);
                if (answer != server)
                {
                    _interruption = $"'{answer}' came instead of '{server}'"; // nothing at all when the server hung up
                    return;
                }

                _received.Release();
            }
        }
        catch (SocketException error)
        {
            _interruption = error.Message;
        }
    }
}
