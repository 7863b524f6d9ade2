using System.Diagnostics;
using System.Net;
using Gorb.Health.Probes;
using Gorb.Ipvs;
using Gorb.Ipvs.Sockets;
using Gorb.Model.Checks;

namespace Gorb.Health.Epoll;

/// <summary>
/// TCP checks by the ten thousand: the caller's thread starts a connect, one thread waits for all of them, and nothing else is spent on a
/// check: no task, no timer, no token.
/// </summary>
internal sealed partial class TcpProber : IProber, IDisposable
{
    private readonly HostLookup _lookup;
    private readonly ILogger _logger;
    private readonly ConnectSet _set = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Attempt> _attempts = []; // by descriptor
    private readonly PriorityQueue<Attempt, long> _deadlines = new(); // what has ended stays until its time
    private readonly Lazy<Thread> _thread; // started by the first check: the daemon's start waits for no thread that it does not need
    private long _sleepsUntil;
    private volatile bool _isEnding;

    public TcpProber(HostLookup lookup, ILogger<TcpProber> logger)
    {
        (_lookup, _logger) = (lookup, logger);
        _thread = new Lazy<Thread>(StartThread);
    }

    public void Start(ProbeTarget target, IProbeSink sink, int ticket)
    {
        _ = _thread.Value;
        if (target.Address is { } address && _lookup.Refusal(target) is null)
        {
            Connect(new Attempt(target, sink, ticket, Stopwatch.GetTimestamp()), address);
        }
        else
        {
            _ = ResolveAsync(target, sink, ticket);
        }
    }

    public void Dispose()
    {
        if (_isEnding)
        {
            return;
        }

        _isEnding = true;
        if (_thread.IsValueCreated)
        {
            _set.Wake();
            _thread.Value.Join();
        }

        foreach (var descriptor in _attempts.Keys)
        {
            ConnectSet.Close(descriptor);
        }

        _set.Dispose();
    }

    private Thread StartThread()
    {
        var thread = new Thread(Run) { IsBackground = true, Name = "tcp checks" };
        thread.Start();
        return thread;
    }

    private async Task ResolveAsync(ProbeTarget target, IProbeSink sink, int ticket)
    {
        try
        {
            var found = await _lookup.ResolveAsync(target).ConfigureAwait(false);
            Connect(new Attempt(found, sink, ticket, Stopwatch.GetTimestamp()), found.Address!);
        }
        catch (Exception error) // every way to fail is a result
        {
            sink.Complete(ticket, ProbeFailure.Explain(error, TimeSpan.Zero));
        }
    }

    private void Connect(Attempt attempt, IPAddress address)
    {
        var outcome = ConnectSet.Connect(new IPEndPoint(address, attempt.Target.Port), attempt.Target.Origin, out var descriptor);
        if (outcome == Errno.EINPROGRESS)
        {
            attempt.Descriptor = descriptor;
            outcome = Follow(attempt);
        }

        if (outcome != Errno.EINPROGRESS)
        {
            if (descriptor >= 0)
            {
                ConnectSet.Close(descriptor);
            }

            attempt.Complete(ConnectOutcome.Of(outcome, isReported: false, Stopwatch.GetElapsedTime(attempt.Started)));
        }
    }

    /// <returns>EINPROGRESS when the loop has it, else the errno of why not.</returns>
    private Errno Follow(Attempt attempt)
    {
        var deadline = attempt.Started + (long)(attempt.Target.Timeout.TotalSeconds * Stopwatch.Frequency);
        bool mustWake;
        lock (_lock)
        {
            // Watched within the lock: the loop may hear of it before this returns, and must find it.
            if (_set.Watch(attempt.Descriptor) is not Errno.None and var error)
            {
                return error;
            }

            _attempts.Add(attempt.Descriptor, attempt);
            _deadlines.Enqueue(attempt, deadline);
            mustWake = deadline < _sleepsUntil;
        }

        if (mustWake)
        {
            _set.Wake();
        }

        return Errno.EINPROGRESS;
    }

    private void Run()
    {
        while (!_isEnding)
        {
            try
            {
                foreach (var descriptor in _set.Wait(UntilNextDeadline()))
                {
                    Finish(descriptor);
                }

                Expire();
            }
            catch (Exception error) // of a sink; one accident must not end all checks
            {
                LogBroke(error);
            }
        }
    }

    private int UntilNextDeadline()
    {
        lock (_lock)
        {
            while (_deadlines.TryPeek(out var attempt, out var deadline))
            {
                if (attempt.Descriptor >= 0)
                {
                    _sleepsUntil = deadline;
                    var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), deadline).TotalMilliseconds;
                    return left <= 0 ? 0 : (int)Math.Min(Math.Ceiling(left), int.MaxValue);
                }

                _deadlines.Dequeue();
            }

            _sleepsUntil = long.MaxValue;
            return -1;
        }
    }

    private void Finish(int descriptor)
    {
        Attempt? attempt;
        lock (_lock)
        {
            if (!_attempts.Remove(descriptor, out attempt))
            {
                return;
            }

            attempt.Descriptor = -1;
        }

        var outcome = ConnectSet.Outcome(descriptor);
        ConnectSet.Close(descriptor);
        attempt.Complete(ConnectOutcome.Of(outcome, isReported: true, Stopwatch.GetElapsedTime(attempt.Started)));
    }

    private void Expire()
    {
        while (TakeOverdue(out var descriptor) is { } attempt)
        {
            ConnectSet.Close(descriptor);
            attempt.Complete(ProbeFailure.TimedOut(attempt.Target, Stopwatch.GetElapsedTime(attempt.Started)));
        }
    }

    private Attempt? TakeOverdue(out int descriptor)
    {
        lock (_lock)
        {
            while (_deadlines.TryPeek(out var attempt, out var deadline) && deadline <= Stopwatch.GetTimestamp())
            {
                _deadlines.Dequeue();
                descriptor = attempt.Descriptor;
                if (descriptor >= 0)
                {
                    _attempts.Remove(descriptor);
                    attempt.Descriptor = -1;
                    return attempt;
                }
            }

            descriptor = -1;
            return null;
        }
    }

    [LoggerMessage(2010, LogLevel.Error, "The TCP checks ran into an unexpected error and go on")]
    private partial void LogBroke(Exception error);
}
