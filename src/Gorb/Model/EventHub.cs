using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Gorb.Model;

/// <summary>Delivers events to listeners. Publishers never wait for listeners, and without listeners events are not created.</summary>
/// <param name="time">The clock of the events.</param>
/// <param name="maxListeners">The number of concurrent listeners, limited because queues of slow listeners take memory.</param>
internal sealed class EventHub(TimeProvider time, int maxListeners = EventHub.DefaultListeners)
{
    public const int DefaultListeners = 256;

    /// <summary>The length of a listener's queue. A listener whose queue is full is too slow, and is cut off.</summary>
    public const int MaxWaiting = 1000;

    private readonly ConcurrentDictionary<Listener, bool> _listeners = [];
    private int _count;

    /// <summary>The number of listeners.</summary>
    public int Listeners => Volatile.Read(ref _count);

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
    /// <param name="cancellationToken">Ends the subscription.</param>
    /// <param name="cutOff">Called once, on a publisher's thread, when the listener is too slow; it must not block. The subscription has ended then.</param>
    /// <exception cref="RequestException">The maximum number of listeners is reached.</exception>
    public IAsyncEnumerable<Event> ListenAsync(CancellationToken cancellationToken, Action? cutOff = null)
    {
        if (Listeners >= maxListeners)
        {
            throw RequestException.Busy($"{maxListeners} clients listen to events, and no more can (--limit subscribers={maxListeners}); end some of them, or raise the limit");
        }

        return ReadAsync(cutOff ?? (static () => { }), cancellationToken);
    }

    private async IAsyncEnumerable<Event> ReadAsync(Action cutOff, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listener = new Listener(cutOff);
        _listeners.TryAdd(listener, true);
        Interlocked.Increment(ref _count);
        try
        {
            yield return new Event("hello", time.GetUtcNow(), null, null, "what happens from now on follows");
            while (await listener.WaitAsync(cancellationToken))
            {
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

    /// <param name="cutOff">Called once, on the publisher's thread, when the queue is full; it must not block.</param>
    private sealed class Listener(Action cutOff)
    {
        private readonly Channel<Func<IEnumerable<Event>>> _waiting =
            Channel.CreateBounded<Func<IEnumerable<Event>>>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true }); // TryWrite fails when it is full

        private volatile bool _isCutOff;

        public void Take(Func<IEnumerable<Event>> events)
        {
            if (!_waiting.Writer.TryWrite(events) && _waiting.Writer.TryComplete())
            {
                _isCutOff = true;
                cutOff();
            }
        }

        /// <returns>False if the listener is cut off or disconnected, or the daemon stops.</returns>
        public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await _waiting.Reader.WaitToReadAsync(cancellationToken) && !_isCutOff;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }

        public IEnumerable<Event> Next() => _waiting.Reader.TryRead(out var events) ? events() : [];
    }
}
