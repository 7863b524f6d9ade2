using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Gorb.Model;

/// <summary>Delivers events to listeners. Publishers never wait for listeners, and without listeners events are not created.</summary>
internal sealed class EventHub(TimeProvider time)
{
    /// <summary>The length of a listener's queue. If it is full, the oldest entry is dropped, and the listener gets a "lost" event.</summary>
    private const int MaxWaiting = 1000;

    /// <summary>The number of concurrent listeners, limited because queues of slow listeners take memory.</summary>
    private const int MaxListeners = 256;

    private readonly ConcurrentDictionary<Listener, bool> _listeners = [];
    private int _count;

    /// <summary>Publishes events. Thread-safe and non-blocking.</summary>
    /// <param name="make">Creates the events for a given time; runs once per listener, on the listener's thread.</param>
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

    /// <summary>Subscribes to all later events. The first event, hello, is immediate.</summary>
    /// <exception cref="RequestException">The maximum number of listeners is reached.</exception>
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

        /// <returns>False if the client disconnected or the daemon stops.</returns>
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
