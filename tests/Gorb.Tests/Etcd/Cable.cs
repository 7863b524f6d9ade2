using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gorb.Tests.Etcd;

/// <summary>
/// A network path to a TCP server that can be cut. As with a real cut, no side is told: bytes stay away, connections stay open, new ones get no answer; when it is healed, what was
/// held arrives.
/// </summary>
internal sealed class Cable : IDisposable
{
    private readonly IPEndPoint _server;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _end = new();
    private volatile TaskCompletionSource _whole = Whole();
    private readonly ConcurrentDictionary<int, byte[]> _held = [];
    private int _pieces;

    public Cable(IPEndPoint here, IPEndPoint server)
    {
        _server = server;
        _listener = new TcpListener(here);
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Where clients connect.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>True when data with a text waits for the cable to be whole again.</summary>
    public bool Holds(string text) => _held.Values.Any(piece => piece.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    public void Cut() => _whole = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Heal() => _whole.TrySetResult();

    /// <summary>Ends all connections for good; new ones are refused.</summary>
    public void Refuse()
    {
        _end.Cancel();
        _listener.Stop();
    }

    public void Dispose()
    {
        Refuse();
        _listener.Dispose();
        _end.Dispose();
    }

    private static TaskCompletionSource Whole()
    {
        var whole = new TaskCompletionSource();
        whole.SetResult();
        return whole;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ConnectAsync(await _listener.AcceptSocketAsync(_end.Token));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            return; // disposed
        }
    }

    private async Task ConnectAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            try
            {
                await _whole.Task.WaitAsync(_end.Token);
                await server.ConnectAsync(_server, _end.Token);
                using var ended = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
                await await Task.WhenAny(PassAsync(client, server, ended.Token), PassAsync(server, client, ended.Token));
                await ended.CancelAsync();
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return; // one side is gone, and so the other
            }
        }
    }

    private async Task PassAsync(Socket from, Socket to, CancellationToken end)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer, end) is > 0 and var count)
        {
            var piece = Interlocked.Increment(ref _pieces);
            _held[piece] = buffer[..count];
            await _whole.Task.WaitAsync(end);
            _held.TryRemove(piece, out _);
            await to.SendAsync(buffer.AsMemory(0, count), end);
        }
    }
}
