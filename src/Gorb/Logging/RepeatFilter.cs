namespace Gorb.Logging;

/// <summary>
/// Decides which failures to log: as long as a subject fails, each text is logged once, also when several take turns. A failure ends when the caller reports its end, or when it has not
/// occurred for a while. Thread-safe.
/// </summary>
/// <param name="memory">The time without another occurrence after which a failure is over; null when only <see cref="End"/> ends it.</param>
/// <param name="maxSubjects">The most failures to remember; further ones are not logged.</param>
internal sealed class RepeatFilter(TimeSpan? memory = null, int maxSubjects = int.MaxValue)
{
    /// <summary>The most texts for a subject until it works; further ones are not logged, as they may differ in a number each time.</summary>
    private const int MaxTexts = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (HashSet<string> Failures, DateTimeOffset At)> _ongoing = new(StringComparer.Ordinal);

    /// <summary>True while any failure lasts.</summary>
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

    /// <summary>Records a failure of a subject.</summary>
    /// <param name="failure">The failure as text.</param>
    /// <param name="subject">The subject, if several can fail at the same time.</param>
    /// <param name="now">The time, if failures end by themselves.</param>
    /// <returns>True when the failure must be logged.</returns>
    public bool IsNew(string failure, string subject = "", DateTimeOffset now = default)
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

            var failures = isKnown ? before.Failures : new HashSet<string>(StringComparer.Ordinal);
            _ongoing[subject] = (failures, now);
            return failures.Count < MaxTexts && failures.Add(failure);
        }
    }

    /// <summary>Records all current failures; other failures are over.</summary>
    /// <returns>The failures that must be logged.</returns>
    public IReadOnlyList<string> Update(IEnumerable<string> failures)
    {
        var present = failures.Distinct(StringComparer.Ordinal).ToList();
        lock (_lock)
        {
            var ongoing = present.ToHashSet(StringComparer.Ordinal);
            Remove(subject => !ongoing.Contains(subject));
            return present.FindAll(failure => _ongoing.TryAdd(failure, ([], default)));
        }
    }

    /// <summary>Records that a subject works.</summary>
    /// <returns>True when it had failed before.</returns>
    public bool End(string subject = "")
    {
        lock (_lock)
        {
            return _ongoing.Remove(subject);
        }
    }

    /// <summary>Forgets the failures of all other subjects.</summary>
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
