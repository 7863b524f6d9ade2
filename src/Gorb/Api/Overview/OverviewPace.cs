using System.Threading.Channels;
using Gorb.Writer;

namespace Gorb.Api.Overview;

/// <summary>Says when followers of the overview want its next revision.</summary>
/// <param name="tableWriter">Tells of changes.</param>
/// <param name="time">The clock.</param>
internal sealed class OverviewPace(TableWriter tableWriter, TimeProvider time)
{
    /// <summary>How often traffic and results of checks are read; less often where the reading takes long.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How long changes of the table are collected after one; longer if the last reading was a moment ago and took long.</summary>
    private static readonly TimeSpan Coalescing = TimeSpan.FromMilliseconds(50);

    /// <summary>The pause after a reading as a multiple of its time: it takes a tenth of a processor at most, and a fifth while the table changes.</summary>
    private const int PauseFactor = 9, ChangePauseFactor = 4;

    /// <summary>Reads until it is stopped: at intervals, and soon after each change.</summary>
    /// <param name="read">Reads the next revision.</param>
    /// <param name="stop">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public async Task RunAsync(Func<CancellationToken, Task> read, CancellationToken stop)
    {
        await SocketThread.LeaveAsync();
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        tableWriter.Changed += Tell;
        try
        {
            var change = changes.Reader.WaitToReadAsync(stop).AsTask();
            for (var (ended, duration) = (time.GetTimestamp(), TimeSpan.Zero); ;)
            {
                using (var passed = CancellationTokenSource.CreateLinkedTokenSource(stop))
                {
                    await Task.WhenAny(change, Task.Delay(Max(Interval, duration * PauseFactor), time, passed.Token));
                    await passed.CancelAsync();
                }

                stop.ThrowIfCancellationRequested();
                if (change.IsCompleted)
                {
                    await Task.Delay(Max(Coalescing, (duration * ChangePauseFactor) - time.GetElapsedTime(ended)), time, stop);
                    changes.Reader.TryRead(out _);
                    change = changes.Reader.WaitToReadAsync(stop).AsTask();
                }

                var began = time.GetTimestamp();
                await read(stop);
                ended = time.GetTimestamp();
                duration = time.GetElapsedTime(began, ended);
            }
        }
        finally
        {
            tableWriter.Changed -= Tell;
        }

        void Tell() => changes.Writer.TryWrite(true);
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
