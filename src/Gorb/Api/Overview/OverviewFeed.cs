using System.Globalization;
using System.Runtime.CompilerServices;

namespace Gorb.Api.Overview;

/// <summary>
/// Makes revisions of the overview: for each client that asks, and, while a client follows it, after each change of the table and at intervals (<see cref="OverviewPace"/>). Nothing is
/// read without a client. Followers take what has changed when they are ready for it, so that a slow one misses steps between and delays no other.
/// </summary>
/// <param name="reader">Reads the table.</param>
/// <param name="pace">Says when followers want the next revision.</param>
/// <param name="time">The clock.</param>
internal sealed class OverviewFeed(OverviewReader reader, OverviewPace pace, TimeProvider time) : IDisposable
{
    /// <summary>How long the last revision is kept after the last reader, so that one who comes back goes on where it was.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromMinutes(2);

    private readonly string _epoch = Guid.NewGuid().ToString("N")[..8]; // a restarted daemon knows nothing of earlier revisions
    private readonly SemaphoreSlim _reading = new(1);
    private readonly Lock _lock = new();
    private long _begun;
    private long _lastBegun;
    private long _revision;
    private volatile OverviewTable? _last;
    private volatile TaskCompletionSource _next = NewSignal();
    private ITimer? _forget;
    private int _followers;
    private CancellationTokenSource? _noFollower;
    private Task _following = Task.CompletedTask;

    /// <summary>Returns the overview as it is now. Readers who ask at the same time share one reading.</summary>
    public async Task<OverviewTable> ReadAsync(CancellationToken stop)
    {
        var begun = Volatile.Read(ref _begun);
        await _reading.WaitAsync(stop);
        try
        {
            if (_last is { } last && _lastBegun > begun)
            {
                return last; // its reading began after this reader had asked
            }

            _lastBegun = Interlocked.Increment(ref _begun);
            return Publish(await Task.Run(reader.Read, CancellationToken.None));
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>The revision of an overview, as clients see it.</summary>
    public string Format(OverviewTable table) => string.Create(CultureInfo.InvariantCulture, $"{_epoch}-{table.Revision}");

    /// <summary>Follows the overview: what has changed since a revision, and then each change.</summary>
    /// <param name="since">The revision that the follower has; null for none.</param>
    /// <param name="stop">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<OverviewStep> FollowAsync(string? since, [EnumeratorCancellation] CancellationToken stop)
    {
        var following = Enter();
        try
        {
            var table = await ReadAsync(stop);
            for (var seen = Parse(since, table); ; table = _last ?? table)
            {
                var next = _next.Task; // before the look at the revision, so that none is missed
                table = _last ?? table;
                if (table.Revision == seen)
                {
                    await (await Task.WhenAny(next, following).WaitAsync(stop));
                    continue;
                }

                if (seen < table.Oldest)
                {
                    seen = OverviewWriter.Nothing;
                    yield return OverviewStep.Reset;
                }

                foreach (var step in table.StepsSince(seen, Format(table)))
                {
                    yield return step;
                }

                seen = table.Revision;
            }
        }
        finally
        {
            Leave();
        }
    }

    public void Dispose()
    {
        _forget?.Dispose();
        _reading.Dispose();
        _noFollower?.Dispose();
    }

    private OverviewTable Publish(ReadTable read)
    {
        var last = _last;
        var table = last is null ? OverviewTable.First(read, _revision + 1) : last.Next(read, _revision + 1);
        lock (_lock)
        {
            ForgetLater();
        }

        if (table != last)
        {
            (_revision, _last) = (table.Revision, table);
            Interlocked.Exchange(ref _next, NewSignal()).SetResult();
        }

        return table;
    }

    /// <returns>The number of the revision; less than all others if it is not one of this daemon.</returns>
    private long Parse(string? revision, OverviewTable table) =>
        revision?.Split('-') is [var epoch, var number] && epoch == _epoch && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= table.Revision
            ? value
            : OverviewWriter.Nothing;

    /// <returns>The task that makes revisions, which ends with an error if it cannot go on.</returns>
    private Task Enter()
    {
        lock (_lock)
        {
            if (_followers++ == 0)
            {
                _noFollower = new CancellationTokenSource();
                _following = pace.RunAsync(ReadAsync, _noFollower.Token);
            }

            return _following;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_followers == 0)
            {
                _noFollower!.Cancel();
                _noFollower.Dispose();
                ForgetLater();
            }
        }
    }

    private void ForgetLater()
    {
        _forget ??= time.CreateTimer(_ => Forget(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _forget.Change(Keep, Timeout.InfiniteTimeSpan);
    }

    private void Forget()
    {
        lock (_lock)
        {
            if (_followers == 0)
            {
                _last = null;
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What a follower of the overview is told.</summary>
/// <param name="Patch">A JSON merge patch of what it has (RFC 7396).</param>
/// <param name="Revision">The revision that it has then; null while more belongs to the step.</param>
internal sealed record OverviewStep(byte[] Patch, string? Revision)
{
    /// <summary>The follower missed too much: it forgets what it has, and is told all there is.</summary>
    public static OverviewStep Reset { get; } = new([.. "{}"u8], null);
}
