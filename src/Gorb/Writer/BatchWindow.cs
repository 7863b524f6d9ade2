namespace Gorb.Writer;

/// <summary>
/// How long the writer waits for a batch to grow. Clients that send one change after the other send the next as soon as they are told of the last: a
/// batch is likely to be as large as the one before, if it is not begun at the first of them. A commit waits at most a few times as long as the last
/// one took, counted from its end, and never long; so whoever comes alone, or later, does not wait.
/// </summary>
internal sealed class BatchWindow(TimeProvider time)
{
    /// <summary>How many commits long: answers and new requests of a few clients take longer than a quick commit, and one that goes without half of them is followed by another.</summary>
    private const int Commits = 4;

    /// <summary>However long a commit takes: one that was waited for in vain is hardly noticed.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(10);

    private long _began;
    private long _ended;

    /// <summary>How many requests are likely to come.</summary>
    public int Expected { get; private set; }

    /// <summary>How much longer to wait for them.</summary>
    public TimeSpan MaxWait
    {
        get
        {
            var wait = Commits * time.GetElapsedTime(_began, _ended);
            var left = (wait < Longest ? wait : Longest) - time.GetElapsedTime(_ended);
            return Expected > 1 && left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public void Begin() => _began = time.GetTimestamp();

    public void End(int count) => (_ended, Expected) = (time.GetTimestamp(), count);
}
