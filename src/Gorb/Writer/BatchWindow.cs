namespace Gorb.Writer;

/// <summary>
/// Computes how long the writer waits for a batch to grow. A client that sends changes in sequence sends the next one as soon as the last is answered, so a batch
/// is likely to be as large as the previous one if the writer does not start at its first request. The wait is at most a few times the duration of the last commit,
/// counted from the end of that commit, and at most 10 ms. A single or later request therefore does not wait.
/// </summary>
internal sealed class BatchWindow(TimeProvider time)
{
    /// <summary>The maximum wait in durations of the last commit. The next requests of several clients arrive later than a fast commit takes.</summary>
    private const int MaxCommitDurations = 4;

    /// <summary>The maximum wait after a commit of any duration. It keeps an unnecessary wait negligible.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(10);

    private long _began;
    private long _ended;

    /// <summary>The expected number of requests in the next batch.</summary>
    public int Expected { get; private set; }

    /// <summary>The maximum remaining time to wait for <see cref="Expected"/> requests.</summary>
    public TimeSpan MaxWait
    {
        get
        {
            var wait = MaxCommitDurations * time.GetElapsedTime(_began, _ended);
            var left = (wait < Limit ? wait : Limit) - time.GetElapsedTime(_ended);
            return Expected > 1 && left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public void Begin() => _began = time.GetTimestamp();

    public void End(int count) => (_ended, Expected) = (time.GetTimestamp(), count);
}
