using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Cluster.Chaos;

/// <summary>Notes when another host begins to answer for the IPv4 address.</summary>
internal sealed class HolderRecord : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _end = new();
    private readonly List<(TimeSpan At, string Host)> _changes = [];
    private readonly Task _task;

    public HolderRecord(LinkObserver observer, RunClock clock) => _task = Task.Run(() => RunAsync(observer, clock));

    /// <summary>Each change, in order.</summary>
    public IReadOnlyList<(TimeSpan At, string Host)> Changes
    {
        get
        {
            lock (_changes)
            {
                return [.. _changes];
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _task;
        _end.Dispose();
    }

    private async Task RunAsync(LinkObserver observer, RunClock clock)
    {
        string? last = null;
        while (!_end.IsCancellationRequested)
        {
            if (observer.FindHolder4(ThreeDirectors.Names) is { } host && host != last)
            {
                last = host;
                lock (_changes)
                {
                    _changes.Add((clock.Now, host));
                }
            }

            await Task.Delay(Interval);
        }
    }
}
