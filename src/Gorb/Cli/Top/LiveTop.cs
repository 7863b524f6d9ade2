using System.Threading.Channels;
using Gorb.Client;

namespace Gorb.Cli.Top;

/// <summary>Follows a daemon and draws; on no terminal, prints the first complete table and ends.</summary>
/// <param name="client">The daemon.</param>
/// <param name="state">What is shown.</param>
/// <param name="time">The clock.</param>
internal sealed class LiveTop(GorbClient client, TopState state, TimeProvider time)
{
    /// <summary>How many inputs wait; a daemon that tells more waits itself, and then tells less.</summary>
    private const int MaxWaiting = 256;

    /// <summary>How often ages are drawn anew.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly Channel<TopInput> _inputs = Channel.CreateBounded<TopInput>(MaxWaiting);
    private readonly LiveTable _table = new();
    private TimeSpan _ahead;
    private string? _trouble;

    /// <summary>The time of the daemon, whose clock may be another one's.</summary>
    private DateTimeOffset Now => time.GetUtcNow() + _ahead;

    /// <returns>The exit status.</returns>
    /// <exception cref="GorbException">The daemon was never reached, or refuses.</exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var feed = new TopFeed(client, _inputs.Writer, time).RunAsync(end.Token);
        try
        {
            var frame = new TopFrame(client.Url.ToString(), _table, state);
            await ReadTableAsync(end.Token);
            if (Terminal.IsInteractive)
            {
                await DrawAsync(frame, end);
            }
            else
            {
                await Terminal.WriteFormattedAsync(frame.Print(Now));
            }

            return ExitStatus.Done;
        }
        finally
        {
            await end.CancelAsync();
            await feed;
        }
    }

    /// <summary>Waits for the first complete table.</summary>
    private async Task ReadTableAsync(CancellationToken stop)
    {
        while (!_table.IsComplete && await _inputs.Reader.WaitToReadAsync(stop))
        {
            Take(await _inputs.Reader.ReadAsync(stop));
        }
    }

    private async Task DrawAsync(TopFrame frame, CancellationTokenSource end)
    {
        using var screen = new TopScreen(end.Cancel, () => _inputs.Writer.TryWrite(new TopInput.Redraw()));
        TopKeys.Start(_inputs.Writer);
        var next = _inputs.Reader.WaitToReadAsync(end.Token).AsTask();
        try
        {
            while (true)
            {
                if (_table.IsComplete)
                {
                    var (width, height) = TopScreen.Size;
                    await TopScreen.DrawAsync(frame.Draw(width, height, Now, _trouble));
                }

                await Task.WhenAny(next, Task.Delay(Tick, time, end.Token));
                if (!next.IsCompleted)
                {
                    continue;
                }

                await next;
                while (_inputs.Reader.TryRead(out var input))
                {
                    if (!Take(input, frame))
                    {
                        return;
                    }
                }

                next = _inputs.Reader.WaitToReadAsync(end.Token).AsTask();
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return; // Ctrl-C, or the program was told to end
        }
    }

    /// <returns>False to quit.</returns>
    private bool Take(TopInput input, TopFrame? frame = null)
    {
        switch (input)
        {
            case TopInput.Pressed { Key: var key }:
                return state.Press(key, frame?.Selected, frame?.Page ?? 1);
            case TopInput.Lost { Reason: var reason }:
                _trouble = reason;
                break;
            case TopInput.Told { Event: { EventType: "hello" } hello }:
                _ahead = GorbEvent.Parse(hello.EventType, hello.Data).Time - time.GetUtcNow();
                _trouble = null;
                break;
            case TopInput.Told { Event: var happened }:
                _table.Apply(happened);
                break;
        }

        return true;
    }
}
