using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Threading.Channels;
using Gorb.Client;

namespace Gorb.Cli.Top;

/// <summary>What a live screen waits for.</summary>
internal abstract record TopInput
{
    /// <summary>The daemon has told an event.</summary>
    public sealed record Told(SseItem<string> Event) : TopInput;

    /// <summary>The daemon cannot be followed at the moment.</summary>
    public sealed record Lost(string Reason) : TopInput;

    /// <summary>A key was pressed.</summary>
    public sealed record Pressed(ConsoleKeyInfo Key) : TopInput;

    /// <summary>The screen must be drawn anew.</summary>
    public sealed record Redraw : TopInput;
}

/// <summary>Follows a daemon, over restarts and lost connections.</summary>
/// <param name="client">The daemon.</param>
/// <param name="inputs">Where its events go.</param>
/// <param name="time">The clock.</param>
internal sealed class TopFeed(GorbClient client, ChannelWriter<TopInput> inputs, TimeProvider time)
{
    /// <summary>The interval between two attempts to reach a daemon that was lost.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private string? _revision;
    private bool _wasReached;

    /// <summary>Follows until it is stopped, or until going on is of no use.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await inputs.WriteAsync(new TopInput.Lost(await FollowAsync(stop)), stop);
                await Task.Delay(RetryInterval, time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return; // the verb has ended
        }
        catch (Exception error) when (error is GorbException or JsonException)
        {
            inputs.TryComplete(error); // thrown where inputs are read
        }
    }

    /// <returns>Why it ended.</returns>
    /// <exception cref="GorbException">The daemon was never reached, or refuses.</exception>
    private async Task<string> FollowAsync(CancellationToken stop)
    {
        try
        {
            await foreach (var happened in client.FollowAsync(_revision, stop))
            {
                _wasReached = true;
                _revision = happened.EventType == "delta" ? happened.EventId ?? _revision : _revision;
                await inputs.WriteAsync(new TopInput.Told(happened), stop);
            }

            return $"{client.Url} has ended its stream of events; asking again";
        }
        catch (GorbException lost) when (_wasReached && lost is not GorbRefusalException)
        {
            return $"{lost.Message}; asking again";
        }
    }
}
