using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Gorb.Model;

/// <summary>Passes events on to listeners. Nobody who makes an event waits for a listener, and without listeners an event costs nothing.</summary>
internal sealed class EventHub(TimeProvider time)
{
    /// <summary>How many events a slow listener may be behind before it loses the oldest and is told so.</summary>
    private const int MaxWaiting = 1000;

    /// <summary>How many may listen at a time: what waits for slow ones takes memory.</summary>
    private const int MaxListeners = 256;

    private readonly ConcurrentDictionary<Listener, bool> _listeners = [];
    private int _count;

    /// <summary>Passes events on; may be called on any thread and does not block.</summary>
    /// <param name="make">Makes the events, given the time; runs on the threads of those who listen, once for each.</param>
    public void Publish(Func<DateTimeOffset, IEnumerable<Event>> make)
    {
        if (_listeners.IsEmpty)
        {
            return;
        }

        var now = time.GetUtcNow();
        foreach (var listener in _listeners.Keys)
        {
            listener.Take(() => make(now));
        }
    }

    /// <inheritdoc cref="Publish(Func{DateTimeOffset, IEnumerable{Event}})"/>
    public void Publish(string type, string? service, string? backend, string text) => Publish(now => [new Event(type, now, service, backend, text)]);

    /// <summary>Everything that happens from now on. The first event, hello, comes at once.</summary>
    /// <exception cref="RequestException">Too many listen already.</exception>
    public IAsyncEnumerable<Event> ListenAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _count) >= MaxListeners)
        {
            throw RequestException.Busy($"{MaxListeners} clients listen to events, and no more can; end some of them");
        }

        return ReadAsync(cancellationToken);
    }

    private async IAsyncEnumerable<Event> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listener = new Listener();
        _listeners.TryAdd(listener, true);
        Interlocked.Increment(ref _count);
        try
        {
            yield return new Event("hello", time.GetUtcNow(), null, null, "what happens from now on follows");
            while (await listener.WaitAsync(cancellationToken))
            {
                if (listener.TakeLost() is > 0 and var lost)
                {
                    yield return new Event("lost", time.GetUtcNow(), null, null, $"too slow: {lost} times something happened that is not told");
                }

                foreach (var happened in listener.Next())
                {
                    yield return happened;
                }
            }
        }
        finally
        {
            _listeners.TryRemove(listener, out _);
            Interlocked.Decrement(ref _count);
        }
    }

    private sealed class Listener
    {
        private readonly Channel<Func<IEnumerable<Event>>> _waiting;
        private int _lost;

        public Listener() => _waiting = Channel.CreateBounded<Func<IEnumerable<Event>>>(
            new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => Interlocked.Increment(ref _lost));

        public void Take(Func<IEnumerable<Event>> events) => _waiting.Writer.TryWrite(events);

        /// <returns>False when the listener went away, or the daemon ends.</returns>
        public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await _waiting.Reader.WaitToReadAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }

        public int TakeLost() => Interlocked.Exchange(ref _lost, 0);

        public IEnumerable<Event> Next() => _waiting.Reader.TryRead(out var events) ? events() : [];
    }
}
