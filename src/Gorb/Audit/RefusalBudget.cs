namespace Gorb.Audit;

/// <summary>
/// Limits how many refusals are recorded. Clients could otherwise fill the disk of the audit file with requests that are refused, and so stop all changes. Thread-safe.
/// </summary>
/// <param name="time">The time.</param>
/// <param name="perSecond">How many are recorded in a second in the long run.</param>
/// <param name="burst">How many are recorded at once.</param>
internal sealed class RefusalBudget(TimeProvider time, int perSecond, int burst)
{
    private readonly Lock _lock = new();
    private double _left = burst;
    private long _at = time.GetTimestamp();
    private long _skipped;

    /// <param name="skipped">How many were not recorded since the last one that was.</param>
    /// <returns>False when the refusal is not recorded.</returns>
    public bool TryTake(out long skipped)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _left = Math.Min(burst, _left + (time.GetElapsedTime(_at, now).TotalSeconds * perSecond));
            _at = now;
            skipped = _skipped;
            if (_left < 1)
            {
                _skipped++;
                return false;
            }

            _left--;
            _skipped = 0;
            return true;
        }
    }
}
