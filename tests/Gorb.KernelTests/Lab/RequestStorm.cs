using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gorb.KernelTests.Lab;

/// <summary>Clients that ask as fast as they can, each time over a new connection.</summary>
internal sealed class RequestStorm
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Func<bool> _isEnough;
    private readonly ConcurrentQueue<(long Began, string Reason)> _failures = [];
    private readonly Task _clients;
    private volatile bool _isEnding;
    private int _answered;

    /// <param name="vip">The address that is asked, at port 80.</param>
    /// <param name="clients">How many ask at the same time.</param>
    /// <param name="atLeast">How many requests are sent before <see cref="EndAsync"/> returns.</param>
    public RequestStorm(IPAddress vip, int clients, int atLeast)
    {
        Vip = vip;
        _isEnough = () => _isEnding && Sent >= atLeast;
        _clients = Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(() => NetworkNamespace.Run(NetworkNamespace.Client, AskUntilEnd))));
    }

    /// <summary>The address that is asked.</summary>
    public IPAddress Vip { get; }

    /// <summary>How many requests were answered.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>When the others began (<see cref="Stopwatch.GetTimestamp"/>), and why they failed.</summary>
    public IReadOnlyCollection<(long Began, string Reason)> Failures => _failures;

    private int Sent => Answered + _failures.Count;

    /// <summary>Waits until enough requests were sent, and each has been answered or has failed.</summary>
    public Task EndAsync()
    {
        _isEnding = true;
        return _clients;
    }

    private int AskUntilEnd()
    {
        while (!_isEnough())
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                Ask();
                Interlocked.Increment(ref _answered);
            }
            catch (SocketException error)
            {
                _failures.Enqueue((began, $"{error.SocketErrorCode}"));
            }
        }

        return 0;
    }

    private void Ask()
    {
        using var connection = new Socket(Vip.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        var answer = new byte[16];
        connection.Connect(Vip, 80);
        if (connection.Receive(answer) == 0 || connection.Send("?"u8) == 0 || connection.Receive(answer) == 0)
        {
            throw new SocketException((int)SocketError.Disconnecting);
        }
    }
}
