using System.Threading.Channels;
using Gorb.Client;

namespace Gorb.Cli.Objects;

/// <summary>Tells a verb when to look at the table again: after events, of which many are one look, or when a time has passed without one.</summary>
internal sealed class ChangeListener : IAsyncDisposable
{
    private readonly Channel<bool> _calls = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _end = new();
    private readonly TimeProvider _time;
    private readonly Task _listening;
    private Task<bool>? _next;

    /// <param name="client">The daemon.</param>
    /// <param name="service">The service whose events count; null for all.</param>
    /// <param name="time">The clock.</param>
    public ChangeListener(GorbClient client, string? service, TimeProvider time)
    {
        _time = time;
        _listening = ListenAsync(client, service, _end.Token);
    }

    /// <summary>Waits for the next look.</summary>
    /// <param name="interval">The longest time without one.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>False when the daemon has ended the stream of events.</returns>
    /// <exception cref="GorbException">There are no events, or no more.</exception>
    public async Task<bool> WaitAsync(TimeSpan interval, CancellationToken stop)
    {
        _next ??= _calls.Reader.WaitToReadAsync(_end.Token).AsTask();
        try
        {
            if (!await _next.WaitAsync(interval, _time, stop))
            {
                return false;
            }
        }
        catch (TimeoutException)
        {
            return true;
        }

        _calls.Reader.TryRead(out _);
        _next = null;
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _listening;
        _end.Dispose();
    }

    private async Task ListenAsync(GorbClient client, string? service, CancellationToken stop)
    {
        try
        {
            await foreach (var happened in client.ListenAsync(stop))
            {
                if (service is null || happened.Service is null || happened.Service == service)
                {
                    _calls.Writer.TryWrite(true);
                }
            }

            _calls.Writer.Complete();
        }
        catch (Exception error) when (error is GorbException or OperationCanceledException)
        {
            _calls.Writer.Complete(error); // told by the next wait
        }
    }
}
