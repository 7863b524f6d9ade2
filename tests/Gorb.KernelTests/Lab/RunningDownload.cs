using System.Net;
using System.Net.Sockets;

namespace Gorb.KernelTests.Lab;

/// <summary>A connection that receives data every few milliseconds until it is disposed.</summary>
internal sealed class RunningDownload : IDisposable
{
    /// <summary>The interval of the data: like a download, but slow enough for an emulated processor.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(100);

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

    /// <summary>Waits until more data has arrived.</summary>
    public async Task ContinuesAsync()
    {
        while (_received.Wait(TimeSpan.Zero))
        {
            // received earlier
        }

        for (var i = 0; i < 2; i++) // the first byte may have been in flight before
        {
            (await _received.WaitAsync(Timeout, TestContext.Current.CancellationToken)).Should().BeTrue("the download goes on, without {0}", _interruption);
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
            var server = Visitor.RequestName(_connection);
            while (!_end.Wait(Interval))
            {
                var answer = Visitor.RequestName(_connection);
                if (answer != server)
                {
                    _interruption = $"'{answer}' came instead of '{server}'"; // empty when the server disconnected
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
