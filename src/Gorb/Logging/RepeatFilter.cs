namespace Gorb.Logging;

/// <summary>
/// Decides which troubles are worth a log line: each is logged once for as long as it lasts unchanged. A trouble ends when its owner says so, or when it was not
/// heard of for a while. Any thread may call it.
/// </summary>
/// <param name="memory">After how long without news a trouble is over; null when only <see cref="End"/> ends it.</param>
/// <param name="maxSubjects">How many troubles are told apart; more are not logged.</param>
internal sealed class RepeatFilter(TimeSpan? memory = null, int maxSubjects = int.MaxValue)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string Trouble, DateTimeOffset At)> _ongoing = new(StringComparer.Ordinal);

    /// <summary>Whether something is wrong at present.</summary>
    public bool IsOngoing
    {
        get
        {
            lock (_lock)
            {
                return _ongoing.Count > 0;
            }
        }
    }

    /// <summary>Notes what is wrong with a subject.</summary>
    /// <param name="trouble">The trouble, in words.</param>
    /// <param name="subject">What it is about, where more than one thing can be wrong at a time.</param>
    /// <param name="now">The time, where troubles end by themselves.</param>
    /// <returns>True when it is to be logged.</returns>
    public bool IsNew(string trouble, string subject = "", DateTimeOffset now = default)
    {
        lock (_lock)
        {
            var isKnown = _ongoing.TryGetValue(subject, out var before) && !IsOver(before.At, now);
            if (!isKnown && _ongoing.Count >= maxSubjects)
            {
                Remove(subject => IsOver(_ongoing[subject].At, now));
                if (_ongoing.Count >= maxSubjects)
                {
                    return false;
                }
            }

            _ongoing[subject] = (trouble, now);
            return !isKnown || before.Trouble != trouble;
        }
    }

    /// <summary>Notes everything that is wrong at present; other troubles are over.</summary>
    /// <returns>What is to be logged.</returns>
    public IReadOnlyList<string> Update(IEnumerable<string> troubles)
    {
        var present = troubles.Distinct(StringComparer.Ordinal).ToList();
        lock (_lock)
        {
            var ongoing = present.ToHashSet(StringComparer.Ordinal);
            Remove(subject => !ongoing.Contains(subject));
            return present.FindAll(trouble => _ongoing.TryAdd(trouble, (trouble, default)));
        }
    }

    /// <summary>Notes that nothing is wrong with a subject.</summary>
    /// <returns>True when something was.</returns>
    public bool End(string subject = "")
    {
        lock (_lock)
        {
            return _ongoing.Remove(subject);
        }
    }

    /// <summary>Forgets the troubles of all other subjects.</summary>
    public void Keep(Predicate<string> subjects)
    {
        lock (_lock)
        {
            Remove(subject => !subjects(subject));
        }
    }

    private bool IsOver(DateTimeOffset at, DateTimeOffset now) => now - at >= memory;

    private void Remove(Predicate<string> subjects)
    {
        foreach (var subject in _ongoing.Keys.Where(subject => subjects(subject)).ToList())
        {
            _ongoing.Remove(subject);
        }
    }
}
